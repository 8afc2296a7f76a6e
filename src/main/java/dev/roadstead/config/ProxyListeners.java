package dev.roadstead.config;

import dev.roadstead.config.RoadsteadProperties.EngineProperties;
import dev.roadstead.engine.EngineName;
import dev.roadstead.proxy.ProxyListener;
import dev.roadstead.proxy.ProxyService;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
import reactor.netty.resources.LoopResources;

/** Engines' own addresses, open as long as the gateway's own port is. */
final class ProxyListeners implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyListeners.class);

    /** Closed before requests under way are waited for. */
    private static final int PHASE = DEFAULT_PHASE - 256;

    private final ProxyService proxy;
    private final RoadsteadProperties properties;
    private final SslBundles bundles;
    private final LoopResources loops;
    private final Map<EngineName, ProxyListener> open = new LinkedHashMap<>();

    ProxyListeners(ProxyService proxy, RoadsteadProperties properties, SslBundles bundles, LoopResources loops) {
        this.proxy = proxy;
        this.properties = properties;
        this.bundles = bundles;
        this.loops = loops;
    }

    @Override
    public synchronized void start() {
        properties.engines().forEach((name, engine) -> {
            if (engine.listen() != null) {
                open.put(name, listen(name, engine, engine.listen()));
            }
        });
    }

    private ProxyListener listen(EngineName name, EngineProperties engine, URI address) {
        String key = "roadstead.engines.%s.listen".formatted(name);
        try {
            return switch (String.valueOf(address.getScheme())) {
                case "unix" -> ProxyListener.onFile(proxy, name, Path.of(address.getPath()), loops);
                case "tcp", "http" -> ProxyListener.onPort(proxy, name, at(key, address, false), null, false, loops);
                case "https" -> {
                    SslBundle bundle = bundle(key, engine.listenBundle());
                    boolean byCertificate = bundle.getStores().getTrustStore() != null;
                    yield ProxyListener.onPort(
                            proxy,
                            name,
                            at(key, address, byCertificate),
                            tls(bundle, byCertificate),
                            byCertificate,
                            loops);
                }
                default ->
                    throw new SettingsException(
                            key,
                            "%s (expected: tcp://host:port, https://host:port or unix:///path)".formatted(address),
                            null);
            };
        } catch (IOException failed) {
            throw new SettingsException(key, String.valueOf(failed.getMessage()), failed);
        }
    }

    /** Without a password that somebody chose, nothing but this machine is served. */
    private InetSocketAddress at(String key, URI address, boolean byCertificate) {
        if (address.getHost() == null || address.getPort() < 0) {
            throw new SettingsException(key, "%s (expected: a host and a port)".formatted(address), null);
        }
        InetSocketAddress resolved = new InetSocketAddress(address.getHost(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new SettingsException(key, "%s is no address of this machine".formatted(address.getHost()), null);
        }
        if (!byCertificate
                && !properties.security().hasPassword()
                && !resolved.getAddress().isLoopbackAddress()) {
            throw new SettingsException(
                    key, "%s needs a password to be set (expected: a loopback address)".formatted(address), null);
        }
        return resolved;
    }

    private SslBundle bundle(String key, @Nullable String name) {
        if (name == null) {
            throw new SettingsException(key + "-bundle", "https needs a spring.ssl.bundle", null);
        }
        try {
            return bundles.getBundle(name);
        } catch (NoSuchSslBundleException unknown) {
            throw new SettingsException(
                    key + "-bundle", "there is no spring.ssl.bundle named %s".formatted(name), unknown);
        }
    }

    private static SslContext tls(SslBundle bundle, boolean byCertificate) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        bundle.getManagers().getKeyManagerFactory())
                .sslProvider(SslProvider.JDK);
        if (byCertificate) {
            // Who shows none has credentials to show.
            builder.trustManager(bundle.getManagers().getTrustManagerFactory()).clientAuth(ClientAuth.OPTIONAL);
        }
        return builder.build();
    }

    /** The port of an engine's own address; -1 if there is none. */
    synchronized int port(String engine) {
        ProxyListener listener = open.get(new EngineName(engine));
        return listener == null ? -1 : listener.port();
    }

    @Override
    public synchronized void stop() {
        open.forEach((name, listener) -> {
            try {
                listener.close();
            } catch (IOException failed) {
                LOG.warn("the socket of engine {} stays: {}", name, failed.toString());
            }
        });
        open.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return !open.isEmpty();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
