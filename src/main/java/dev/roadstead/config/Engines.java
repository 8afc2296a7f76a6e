package dev.roadstead.config;

import dev.roadstead.config.RoadsteadProperties.EngineProperties;
import dev.roadstead.config.RoadsteadProperties.KleenedProperties;
import dev.roadstead.config.RoadsteadProperties.NativeAccessProperties;
import dev.roadstead.config.RoadsteadProperties.RemoteProperties;
import dev.roadstead.config.RoadsteadProperties.TlsProperties;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.Fingerprint;
import dev.roadstead.transport.PinnedTrust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;

/** Makes the engines that are configured or found, and gives them up at the end. */
final class Engines implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engines.class);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final EngineProperties DEFAULTS = new EngineProperties(
            EngineKind.SIMULATED,
            URI.create("simulated:///"),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            64,
            null,
            Map.of(),
            null,
            NativeAccessProperties.FULL,
            new KleenedProperties(Duration.ofSeconds(2), false, false, DataSize.ofMegabytes(1)),
            null,
            null);

    private final Map<EngineKind, EngineFactory> factories = new EnumMap<>(EngineKind.class);
    private final SslBundles bundles;
    private final KnownEngines known;
    private final EngineRegistry registry;
    private final List<String> notes;
    private final Map<EngineName, EngineSettings> settings = new LinkedHashMap<>();

    /**
     * Makes them, without connecting.
     *
     * @param guard put around each engine
     * @throws SettingsException if a setting makes no sense
     */
    Engines(
            RoadsteadProperties properties,
            List<EngineFactory> factories,
            SslBundles bundles,
            EngineDiscovery discovery,
            UnaryOperator<Engine> guard) {
        factories.forEach(factory -> this.factories.putIfAbsent(factory.kind(), factory));
        this.bundles = bundles;
        Map<EngineName, EngineProperties> wanted = properties.engines();
        List<String> remarks = new ArrayList<>();
        boolean searched = wanted.isEmpty();
        if (searched) {
            wanted = found(discovery.look(), remarks);
        }
        this.notes = List.copyOf(remarks);
        this.known = new KnownEngines(properties.security().knownEngines());
        List<Engine> engines = new ArrayList<>();
        wanted.forEach((name, engine) -> engines.add(guard.apply(create(name, engine))));
        EngineName chosen = properties.defaultEngine();
        if (chosen == null && (wanted.size() == 1 || (searched && !wanted.isEmpty()))) {
            chosen = wanted.keySet().iterator().next();
        }
        try {
            this.registry = new EngineRegistry(engines, chosen);
        } catch (IllegalArgumentException unknown) {
            throw new SettingsException(
                    "roadstead.default-engine", "%s (expected: one of %s)".formatted(chosen, wanted.keySet()), unknown);
        }
    }

    /** The engines. */
    EngineRegistry registry() {
        return registry;
    }

    /** How each of them is reached. */
    Map<EngineName, EngineSettings> settings() {
        return Map.copyOf(settings);
    }

    /** What the search for engines tells the operator. */
    List<String> notes() {
        return notes;
    }

    @Override
    public void close() {
        Flux.fromIterable(registry.all())
                .flatMap(engine -> engine.close().timeout(CLOSING).onErrorResume(failure -> {
                    LOG.warn("engine {} did not close: {}", engine.name(), failure.toString());
                    return reactor.core.publisher.Mono.empty();
                }))
                .blockLast();
    }

    private Map<EngineName, EngineProperties> found(EngineDiscovery.Found found, List<String> remarks) {
        remarks.addAll(found.notes());
        Map<EngineName, EngineProperties> engines = new LinkedHashMap<>();
        found.engines().stream()
                .filter(engine -> factories.containsKey(engine.kind()))
                .forEach(engine -> engines.put(new EngineName(engine.name()), at(engine.kind(), engine.uri())));
        if (engines.isEmpty() && factories.containsKey(EngineKind.SIMULATED)) {
            remarks.add("no engine found: \"demo\" is a simulated one, its containers live in memory only");
            engines.put(new EngineName("demo"), at(EngineKind.SIMULATED, URI.create("simulated:///?containers=3")));
        }
        return engines;
    }

    private static EngineProperties at(EngineKind kind, URI uri) {
        return new EngineProperties(
                kind,
                uri,
                DEFAULTS.connectTimeout(),
                DEFAULTS.requestTimeout(),
                DEFAULTS.idleTimeout(),
                DEFAULTS.maxConnections(),
                null,
                Map.of(),
                null,
                NativeAccessProperties.FULL,
                DEFAULTS.kleened(),
                null,
                null);
    }

    private Engine create(EngineName name, EngineProperties engine) {
        String key = "roadstead.engines.%s".formatted(name);
        String authority = engine.uri().getRawAuthority();
        if (authority != null && authority.contains("@")) {
            // Not quoted: a password may stand there.
            throw new SettingsException(key + ".uri", "user information is not supported (expected: none)", null);
        }
        EngineFactory factory = factories.get(engine.kind());
        if (factory == null) {
            throw new SettingsException(
                    key + ".kind",
                    "%s is not supported yet (expected: one of %s)"
                            .formatted(
                                    engine.kind().word(),
                                    factories.keySet().stream()
                                            .map(EngineKind::word)
                                            .toList()),
                    null);
        }
        EngineSettings made = new EngineSettings(
                name,
                engine.kind(),
                engine.uri(),
                engine.connectTimeout(),
                engine.requestTimeout(),
                engine.idleTimeout(),
                engine.maxConnections(),
                tls(name, key, engine.tls()),
                remotes(key, engine.remotes()),
                new EngineSettings.Kleened(
                        engine.kleened().pollInterval(),
                        engine.kleened().rctlHooks(),
                        engine.kleened().captureLogs(),
                        Math.toIntExact(engine.kleened().logMemory().toBytes())));
        try {
            Engine created = factory.create(made);
            settings.put(name, made);
            return created;
        } catch (IllegalArgumentException senseless) {
            throw new SettingsException(key, String.valueOf(senseless.getMessage()), senseless);
        }
    }

    private static Map<String, EngineSettings.Remote> remotes(String key, Map<String, RemoteProperties> remotes) {
        Map<String, EngineSettings.Remote> all = new LinkedHashMap<>();
        remotes.forEach((name, remote) -> all.put(
                name,
                new EngineSettings.Remote(
                        remote.uri(),
                        remote.protocol(),
                        certificate("%s.remotes.%s.certificate".formatted(key, name), remote.certificate()))));
        return all;
    }

    private static @Nullable String certificate(String key, @Nullable String certificate) {
        if (certificate == null || certificate.contains("-----BEGIN")) {
            return certificate;
        }
        try {
            return Files.readString(Path.of(certificate));
        } catch (IOException | InvalidPathException unreadable) {
            throw new SettingsException(key, "the file %s cannot be read".formatted(certificate), unreadable);
        }
    }

    private EngineSettings.@Nullable Tls tls(EngineName name, String key, @Nullable TlsProperties tls) {
        if (tls == null) {
            return null;
        }
        TrustManagerFactory pinned = pinned(name, key, tls);
        SslManagerBundle managers =
                tls.bundle() == null ? null : bundle(key, tls.bundle()).getManagers();
        try {
            return new EngineSettings.Tls(
                    managers == null ? null : managers.getKeyManagerFactory(),
                    pinned != null || managers == null ? pinned : managers.getTrustManagerFactory());
        } catch (IllegalStateException unreadable) {
            throw new SettingsException(
                    key + ".tls.bundle", "the bundle %s cannot be read".formatted(tls.bundle()), unreadable);
        }
    }

    private @Nullable TrustManagerFactory pinned(EngineName name, String key, TlsProperties tls) {
        if (tls.trustOnFirstUse()) {
            return new PinnedTrust(known.firstUse(name));
        }
        if (tls.fingerprint() == null) {
            return null;
        }
        String setting = key + ".tls.fingerprint";
        try {
            return new PinnedTrust(KnownEngines.configured(Fingerprint.parse(tls.fingerprint()), setting));
        } catch (IllegalArgumentException senseless) {
            throw new SettingsException(setting, String.valueOf(senseless.getMessage()), senseless);
        }
    }

    private SslBundle bundle(String key, String name) {
        try {
            return bundles.getBundle(name);
        } catch (NoSuchSslBundleException unknown) {
            throw new SettingsException(
                    key + ".tls.bundle", "there is no spring.ssl.bundle named %s".formatted(name), unknown);
        } catch (IllegalStateException unreadable) {
            throw new SettingsException(
                    key + ".tls.bundle", "the bundle %s cannot be read".formatted(name), unreadable);
        }
    }
}
