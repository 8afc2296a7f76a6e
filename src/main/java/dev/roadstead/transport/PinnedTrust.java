package dev.roadstead.transport;

import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trust in one certificate and no authority: neither its names nor its validity count, as the servers that are pinned sign their
 * certificates themselves.
 */
public final class PinnedTrust extends SimpleTrustManagerFactory {
    private final TrustManager manager;

    /** Trusts whatever this pin accepts. */
    public PinnedTrust(Pin pin) {
        this.manager = new Pinned(pin);
    }

    /** Which certificate is the right one. */
    @FunctionalInterface
    public interface Pin {
        /**
         * Passes the right certificate; called in handshakes, on an event loop.
         *
         * @throws CertificateException with what was expected, if it is another one
         */
        void check(Fingerprint shown) throws CertificateException;
    }

    @Override
    protected void engineInit(KeyStore store) {
        // The pin is all there is.
    }

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {
        // The pin is all there is.
    }

    @Override
    protected TrustManager[] engineGetTrustManagers() {
        return new TrustManager[] {manager};
    }

    /** The extended form: around the plain one the platform would put its own check of the host's name. */
    private static final class Pinned extends X509ExtendedTrustManager {
        private final Pin pin;

        Pinned(Pin pin) {
            this.pin = pin;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            pin.check(Fingerprint.of(chain[0]));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("a pin is for servers");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
