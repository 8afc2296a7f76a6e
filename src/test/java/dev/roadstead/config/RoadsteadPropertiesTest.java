package dev.roadstead.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.config.RoadsteadProperties.EngineProperties;
import dev.roadstead.config.RoadsteadProperties.KleenedProperties;
import dev.roadstead.config.RoadsteadProperties.RemoteProperties;
import dev.roadstead.config.RoadsteadProperties.TlsProperties;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.nativeaccess.NativeRules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class RoadsteadPropertiesTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(RoadsteadProperties.class)
    static class Bound {}

    @Test
    void theDefaultsAreSafe() {
        runner.run(context -> {
            RoadsteadProperties properties = context.getBean(RoadsteadProperties.class);
            assertThat(properties.engines()).isEmpty();
            assertThat(properties.defaultEngine()).isNull();
            assertThat(properties.defaultProfiles()).isEmpty();
            assertThat(properties.registries()).isEmpty();
            assertThat(properties.security().hasPassword()).isFalse();
            assertThat(properties.security().userOrDefault()).isEqualTo("admin");
            assertThat(properties.security().maxFailures()).isEqualTo(10);
            assertThat(properties.security().failureWindow()).isEqualTo(Duration.ofMinutes(1));
            assertThat(properties.security().verifiedFor()).isEqualTo(Duration.ofMinutes(5));
            assertThat(properties.security().allowedOrigins()).isEmpty();
            assertThat(properties.bounds().json()).isEqualTo(DataSize.ofMegabytes(1));
            assertThat(properties.bounds().upload()).isNull();
            assertThat(properties.operations().retention()).isEqualTo(Duration.ofHours(1));
            assertThat(properties.operations().most()).isEqualTo(10_000);
            assertThat(properties.monitoring().interval()).isEqualTo(Duration.ofSeconds(10));
            assertThat(properties.sockets().pingInterval()).isEqualTo(Duration.ofSeconds(20));
            assertThat(properties.proxy())
                    .isEqualTo(new RoadsteadProperties.ProxyProperties(1024, Duration.ofHours(1), null));
        });
    }

    @Test
    void anEngineNeedsOnlyKindAndAddress() {
        runner.withPropertyValues("roadstead.engines.local.kind=docker", "roadstead.engines.local.uri=unix:///d.sock")
                .run(context -> assertThat(
                                context.getBean(RoadsteadProperties.class).engines())
                        .isEqualTo(Map.of(
                                new EngineName("local"),
                                new EngineProperties(
                                        EngineKind.DOCKER,
                                        URI.create("unix:///d.sock"),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(30),
                                        Duration.ofMinutes(10),
                                        64,
                                        null,
                                        Map.of(),
                                        null,
                                        RoadsteadProperties.NativeAccessProperties.FULL,
                                        new KleenedProperties(
                                                Duration.ofSeconds(2), false, false, DataSize.ofMegabytes(1)),
                                        null,
                                        null))));
    }

    @Test
    void everyKeyIsRead() {
        runner.withPropertyValues(
                        "roadstead.engines.build-1.kind=podman",
                        "roadstead.engines.build-1.uri=tcp://build:2376",
                        "roadstead.engines.build-1.connect-timeout=1s",
                        "roadstead.engines.build-1.listen=https://127.0.0.1:2376",
                        "roadstead.engines.build-1.listen-bundle=front",
                        "roadstead.engines.build-1.request-timeout=2s",
                        "roadstead.engines.build-1.idle-timeout=3s",
                        "roadstead.engines.build-1.max-connections=4",
                        "roadstead.engines.build-1.tls.bundle=build",
                        "roadstead.engines.build-1.remotes.house.uri=https://images.example.com",
                        "roadstead.engines.build-1.remotes.house.protocol=lxd",
                        "roadstead.engines.build-1.remotes.house.certificate=/etc/house.pem",
                        "roadstead.engines.build-1.spec=/etc/build.yaml",
                        "roadstead.engines.build-1.native-access.profile=read-only",
                        "roadstead.engines.build-1.native-access.allow=GET /containers/**,GET /info",
                        "roadstead.engines.build-1.native-access.deny=* /swarm/**",
                        "roadstead.engines.build-1.kleened.poll-interval=5s",
                        "roadstead.engines.build-1.kleened.rctl-hooks=true",
                        "roadstead.engines.build-1.kleened.capture-logs=true",
                        "roadstead.engines.build-1.kleened.log-memory=64KB",
                        "roadstead.default-engine=build-1",
                        "roadstead.security.user=alice",
                        "roadstead.security.password=secret",
                        "roadstead.security.max-failures=5",
                        "roadstead.security.failure-window=2m",
                        "roadstead.security.verified-for=30s",
                        "roadstead.security.allowed-origins=https://console.example.com,http://[::1]:3000",
                        "roadstead.security.known-engines=/var/lib/roadstead/known",
                        "roadstead.bounds.json=2MB",
                        "roadstead.bounds.upload=3GB",
                        "roadstead.registries.[ghcr.io].identity-token=t",
                        "roadstead.operations.retention=5m",
                        "roadstead.operations.most=6",
                        "roadstead.monitoring.interval=7s",
                        "roadstead.audit.file=/var/log/roadstead/actions.jsonl",
                        "roadstead.sockets.ping-interval=8s",
                        "roadstead.proxy.max-connections=9",
                        "roadstead.proxy.answer-timeout=10m",
                        "roadstead.proxy.domain=engines.example.com")
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource(
                                "with a port",
                                Map.of(
                                        "roadstead.registries.[registry.example.com:5000].username", "u",
                                        "roadstead.registries.[registry.example.com:5000].password", "p"))))
                .run(context -> {
                    RoadsteadProperties properties = context.getBean(RoadsteadProperties.class);
                    assertThat(properties.engines())
                            .isEqualTo(Map.of(
                                    new EngineName("build-1"),
                                    new EngineProperties(
                                            EngineKind.PODMAN,
                                            URI.create("tcp://build:2376"),
                                            Duration.ofSeconds(1),
                                            Duration.ofSeconds(2),
                                            Duration.ofSeconds(3),
                                            4,
                                            new TlsProperties("build", null, false),
                                            Map.of(
                                                    "house",
                                                    new RemoteProperties(
                                                            URI.create("https://images.example.com"),
                                                            "lxd",
                                                            "/etc/house.pem")),
                                            Path.of("/etc/build.yaml"),
                                            new RoadsteadProperties.NativeAccessProperties(
                                                    NativeRules.Profile.READ_ONLY,
                                                    List.of("GET /containers/**", "GET /info"),
                                                    List.of("* /swarm/**")),
                                            new KleenedProperties(
                                                    Duration.ofSeconds(5), true, true, DataSize.ofKilobytes(64)),
                                            URI.create("https://127.0.0.1:2376"),
                                            "front")));
                    assertThat(properties.defaultEngine()).isEqualTo(new EngineName("build-1"));
                    assertThat(properties.security())
                            .isEqualTo(new RoadsteadProperties.SecurityProperties(
                                    "alice",
                                    "secret",
                                    5,
                                    Duration.ofMinutes(2),
                                    Duration.ofSeconds(30),
                                    List.of("https://console.example.com", "http://[::1]:3000"),
                                    Path.of("/var/lib/roadstead/known")));
                    assertThat(properties.bounds())
                            .isEqualTo(new RoadsteadProperties.BoundsProperties(
                                    DataSize.ofMegabytes(2), DataSize.ofGigabytes(3)));
                    assertThat(properties.registries())
                            .isEqualTo(Map.of(
                                    "registry.example.com:5000",
                                    new RoadsteadProperties.RegistryProperties("u", "p", null),
                                    "ghcr.io",
                                    new RoadsteadProperties.RegistryProperties(null, null, "t")));
                    assertThat(properties.operations())
                            .isEqualTo(new RoadsteadProperties.OperationProperties(Duration.ofMinutes(5), 6));
                    assertThat(properties.monitoring().interval()).isEqualTo(Duration.ofSeconds(7));
                    assertThat(properties.sockets().pingInterval()).isEqualTo(Duration.ofSeconds(8));
                    assertThat(properties.audit().file()).isEqualTo(Path.of("/var/log/roadstead/actions.jsonl"));
                    assertThat(properties.proxy())
                            .isEqualTo(new RoadsteadProperties.ProxyProperties(
                                    9, Duration.ofMinutes(10), "engines.example.com"));
                    assertThat(properties.toString()).doesNotContain("secret", "identityToken");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "roadstead.engines.local.kind=docker|roadstead.engines|uri",
                "roadstead.engines.Not_Good.kind=docker|roadstead.engines|engine name",
                "roadstead.engines.local.kind=dokcer|roadstead.engines.local.kind|dokcer",
                "roadstead.engines.local.max-connections=0|roadstead.engines|maxConnections",
                "roadstead.default-profiles=boot|roadstead|not supported yet",
                "roadstead.bounds.json=12XB|roadstead.bounds.json|12XB",
                "roadstead.bounds.json=1B|roadstead|1KB to 64MB",
                "roadstead.bounds.upload=0B|roadstead|upload must be positive",
                "roadstead.security.user=a:b|roadstead|colon",
                "roadstead.security.max-failures=0|roadstead|maxFailures",
                "roadstead.security.allowed-origins=*|roadstead|allowedOrigins[0]",
                "roadstead.security.allowed-origins=null|roadstead|must be an origin",
                "roadstead.security.allowed-origins=https://a.example/|roadstead|must be an origin",
                "roadstead.registries.[ghcr.io].username=u|roadstead|identity-token",
                "roadstead.operations.retention=soon|roadstead.operations.retention|soon",
                "roadstead.monitoring.interval=0s|roadstead|interval",
                "roadstead.sockets.ping-interval=1ms|roadstead|pingInterval",
                "roadstead.proxy.domain=.example.com|roadstead|must be a domain",
                "roadstead.securty.user=u|roadstead.securty.user|left unbound"
            })
    void aWrongValueStopsTheStartAndNamesItsKey(String property, String key, String reason) {
        String[] properties = property.contains("engines") && !property.contains("kind")
                ? new String[] {
                    property, "roadstead.engines.local.kind=docker", "roadstead.engines.local.uri=unix:///d.sock"
                }
                : new String[] {property};
        runner.withPropertyValues(properties).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).hasStackTraceContaining(key).hasStackTraceContaining(reason);
        });
    }

    @Test
    void environmentVariablesWork() {
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "test-systemEnvironment",
                                Map.of(
                                        "ROADSTEAD_ENGINES_LOCAL_KIND",
                                        "docker",
                                        "ROADSTEAD_ENGINES_LOCAL_URI",
                                        "unix:///d.sock",
                                        "ROADSTEAD_DEFAULTENGINE",
                                        "local"))))
                .run(context -> {
                    RoadsteadProperties properties = context.getBean(RoadsteadProperties.class);
                    assertThat(List.copyOf(properties.engines().keySet())).containsExactly(new EngineName("local"));
                    assertThat(properties.defaultEngine()).isEqualTo(new EngineName("local"));
                });
    }
}
