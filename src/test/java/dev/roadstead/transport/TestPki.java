package dev.roadstead.transport;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority in memory, and what it issues. */
public final class TestPki {
    private final KeyPair keys;
    private final X509Certificate certificate;

    /** An authority of this name; two are strangers to each other whatever their names. */
    public TestPki(String name) {
        keys = newKeys();
        certificate = sign(name, name, keys, keys.getPrivate(), Duration.ofDays(1), true);
    }

    /** A certificate and its key. */
    public record Identity(X509Certificate certificate, PrivateKey key) {
        /** The certificate as PEM. */
        public String certificatePem() {
            return pem(certificate);
        }

        /** The key as unencrypted PKCS#8 PEM. */
        public String keyPem() {
            try {
                return pem(new JcaPKCS8Generator(key, null).generate());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        /** The key as PKCS#8 PEM encrypted with a password (PBES2, AES-256). */
        public String encryptedKeyPem(String password) {
            try {
                return pem(new JcaPKCS8Generator(
                                key,
                                new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                        .setProvider(new BouncyCastleProvider())
                                        .setPassword(password.toCharArray())
                                        .build())
                        .generate());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (OperatorCreationException failed) {
                throw new IllegalStateException(failed);
            }
        }

        /** What a client or server shows. */
        public KeyManagerFactory keys() {
            try {
                KeyStore store = emptyStore();
                store.setKeyEntry("it", key, new char[0], new X509Certificate[] {certificate});
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(store, new char[0]);
                return factory;
            } catch (GeneralSecurityException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    /** Issues a certificate valid now. */
    public Identity issue(String commonName, String... hosts) {
        return issue(commonName, Duration.ofHours(12), hosts);
    }

    /** Issues a certificate that is over since yesterday. */
    public Identity issueExpired(String commonName, String... hosts) {
        return issue(commonName, Duration.ofDays(-1), hosts);
    }

    /** Trust in what this authority issued, and in nothing else. */
    public TrustManagerFactory trust() {
        try {
            KeyStore store = emptyStore();
            store.setCertificateEntry("ca", certificate);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The authority's certificate as PEM. */
    public String caPem() {
        return pem(certificate);
    }

    /** For a server that shows this identity and trusts the clients of this authority. */
    public SSLContext server(Identity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity.keys().getKeyManagers(), trust().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Identity issue(String commonName, Duration validity, String... hosts) {
        KeyPair own = newKeys();
        return new Identity(
                sign(
                        certificate.getSubjectX500Principal().getName().substring("CN=".length()),
                        commonName,
                        own,
                        keys.getPrivate(),
                        validity,
                        false,
                        hosts),
                own.getPrivate());
    }

    private static X509Certificate sign(
            String issuer,
            String subject,
            KeyPair of,
            PrivateKey by,
            Duration validity,
            boolean authority,
            String... hosts) {
        Instant end = Instant.now().plus(validity);
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=" + issuer),
                    new BigInteger(96, new SecureRandom()),
                    Date.from(end.minus(Duration.ofDays(2))),
                    Date.from(end),
                    new X500Name("CN=" + subject),
                    of.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (hosts.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(Arrays.stream(hosts)
                                .map(host -> new GeneralName(
                                        Character.isDigit(host.charAt(0)) ? GeneralName.iPAddress : GeneralName.dNSName,
                                        host))
                                .toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException | OperatorCreationException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return store;
    }

    private static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return text.toString();
    }
}
