package dev.roadstead.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.adapter.docker.DockerEngineFactory;
import dev.roadstead.adapter.simulated.SimulatedEngineFactory;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.testing.ScriptedEngine;
import dev.roadstead.testing.ScriptedEngineFactory;
import dev.roadstead.transport.PinnedTrust;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import reactor.test.StepVerifier;

class EnginesTest {
    @TempDir
    private Path nothing;

    private final ScriptedEngineFactory factory = new ScriptedEngineFactory();
    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

    @Test
    void configuredEnginesAreMadeInTheirOrderWithTheirSettings() {
        try (Engines engines = engines(Map.of(
                "engines.b.kind", "kleened", "engines.b.uri", "unix:///b.sock", "engines.b.max-connections", "7"))) {
            assertThat(engines.registry().all())
                    .extracting(engine -> engine.name().value())
                    .containsExactly("b");
            EngineSettings settings = factory.settings("b");
            assertThat(settings.maxConnections()).isEqualTo(7);
            assertThat(settings.tls()).isNull();
        }
        assertThat(factory.engine("b").closings()).isOne();
    }

    @Test
    void aSingleEngineIsTheDefaultOne() {
        try (Engines engines = engines(Map.of("engines.b.kind", "kleened", "engines.b.uri", "unix:///b.sock"))) {
            assertThat(engines.registry().defaultEngine()).isSameAs(factory.engine("b"));
        }
    }

    @Test
    void amongSeveralTheDefaultOneMustBeNamed() {
        Map<String, String> two = new HashMap<>(Map.of(
                "engines.a.kind", "kleened",
                "engines.a.uri", "unix:///a.sock",
                "engines.b.kind", "kleened",
                "engines.b.uri", "unix:///b.sock"));
        try (Engines engines = engines(two)) {
            assertThat(engines.registry().defaultEngine()).isNull();
        }
        two.put("default-engine", "b");
        try (Engines engines = engines(two)) {
            assertThat(engines.registry().defaultEngine()).isSameAs(factory.engine("b"));
        }
    }

    @Test
    void aDefaultEngineThatIsNoneStopsTheStart() {
        assertThatThrownBy(() -> engines(Map.of(
                        "engines.b.kind", "kleened", "engines.b.uri", "unix:///b.sock", "default-engine", "other")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("roadstead.default-engine")
                .hasMessageContaining("other");
    }

    @Test
    void aKindWithoutAnAdapterStopsTheStart() {
        assertThatThrownBy(() -> engines(Map.of("engines.b.kind", "podman", "engines.b.uri", "https://b")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("roadstead.engines.b.kind")
                .hasMessageContaining("podman");
    }

    @Test
    void whatTheAdapterRefusesStopsTheStart() {
        assertThatThrownBy(() -> engines(Map.of("engines.b.kind", "kleened", "engines.b.uri", "http://b")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("roadstead.engines.b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://bob:hunter2@b:2376/x", "tcp://bob:hunter2@my_host:2375/x"})
    void anAddressWithUserInformationStopsTheStartAndIsNotTold(String uri) {
        assertThatThrownBy(() -> engines(Map.of("engines.b.kind", "kleened", "engines.b.uri", uri)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("roadstead.engines.b.uri")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void keysAndTrustNeedAnAddressWithTls() {
        bundles.registerBundle("mine", SslBundle.of(SslStoreBundle.NONE));
        assertThatThrownBy(() -> new Engines(
                        bound(Map.of(
                                "roadstead.engines.b.kind", "docker",
                                "roadstead.engines.b.uri", "http://b:2375",
                                "roadstead.engines.b.tls.bundle", "mine")),
                        List.of(new DockerEngineFactory()),
                        bundles,
                        new EngineDiscovery(Map.of(), nothing),
                        UnaryOperator.identity()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("tls needs https:// or tcp://");
    }

    private static RoadsteadProperties bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("roadstead", RoadsteadProperties.class);
    }

    @Test
    void aBundleGivesKeysAndTrust() {
        bundles.registerBundle("mine", SslBundle.of(SslStoreBundle.NONE));
        try (Engines engines = engines(Map.of(
                "engines.b.kind", "kleened", "engines.b.uri", "unix:///b.sock", "engines.b.tls.bundle", "mine"))) {
            assertThat(engines.registry().all()).hasSize(1);
            assertThat(factory.settings("b").tls()).isNotNull();
        }
    }

    @Test
    void aBundleThatIsNotThereStopsTheStart() {
        assertThatThrownBy(() -> engines(Map.of(
                        "engines.b.kind", "kleened", "engines.b.uri", "unix:///b.sock", "engines.b.tls.bundle", "no")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("roadstead.engines.b.tls.bundle");
    }

    @Test
    void withNothingConfiguredTheDockerThatIsFoundIsUsed() throws IOException {
        Path socket = nothing.resolve("var/run/docker.sock");
        Files.createDirectories(nothing.resolve("var/run"));
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            try (Engines engines = detected()) {
                assertThat(engines.registry().all()).singleElement().satisfies(engine -> {
                    assertThat(engine.name().value()).isEqualTo("local");
                    assertThat(engine.kind()).isEqualTo(EngineKind.DOCKER);
                    assertThat(engine.endpoint()).hasPath(socket.toString());
                });
                assertThat(engines.registry().defaultEngine()).isNotNull();
                assertThat(engines.notes()).isEmpty();
            }
        }
    }

    @Test
    void withNothingThereADemonstrationCanBeTried() {
        try (Engines engines = detected()) {
            Engine demo = engines.registry().get("demo");
            assertThat(demo.kind()).isEqualTo(EngineKind.SIMULATED);
            assertThat(engines.registry().defaultEngine()).isSameAs(demo);
            assertThat(engines.notes()).singleElement().asString().contains("simulated");
            StepVerifier.create(demo.containers().list(Map.of()))
                    .assertNext(containers -> assertThat(containers).isNotEmpty())
                    .verifyComplete();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fingerprint|12:34|64 hex digits",
                "bundle|nobody|no spring.ssl.bundle named nobody",
            })
    void trustThatMakesNoSenseStopsTheStart(String setting, String value, String problem) {
        assertThatThrownBy(() -> engines(Map.of(
                        "engines.b.kind",
                        "kleened",
                        "engines.b.uri",
                        "https://b:8443/x",
                        "engines.b.tls." + setting,
                        value)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("roadstead.engines.b.tls." + setting)
                .hasMessageContaining(problem);
    }

    @Test
    void aFingerprintIsTrustInsteadOfTheAuthorities() {
        try (Engines engines = engines(Map.of(
                "engines.b.kind",
                "kleened",
                "engines.b.uri",
                "https://b:8443/x",
                "engines.b.tls.fingerprint",
                "AB:".repeat(31) + "AB"))) {
            assertThat(engines.registry().all()).hasSize(1);
            EngineSettings.Tls tls =
                    Objects.requireNonNull(factory.settings("b").tls());
            assertThat(tls.keys()).isNull();
            assertThat(tls.trust()).isInstanceOf(PinnedTrust.class);
        }
    }

    @Test
    void everyEngineIsGuarded() {
        Engine guarded = new ScriptedEngine("b");
        try (Engines engines =
                engines(Map.of("engines.b.kind", "kleened", "engines.b.uri", "unix:///b.sock"), engine -> guarded)) {
            assertThat(engines.registry().get("b")).isSameAs(guarded);
        }
    }

    private Engines detected() {
        RoadsteadProperties defaults = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("roadstead", RoadsteadProperties.class);
        return new Engines(
                defaults,
                List.of(new DockerEngineFactory(), new SimulatedEngineFactory()),
                bundles,
                new EngineDiscovery(Map.of(), nothing),
                UnaryOperator.identity());
    }

    private Engines engines(Map<String, String> settings) {
        return engines(settings, UnaryOperator.identity());
    }

    private Engines engines(Map<String, String> settings, UnaryOperator<Engine> guard) {
        Map<String, String> prefixed = new HashMap<>();
        settings.forEach((key, value) -> prefixed.put("roadstead." + key, value));
        RoadsteadProperties properties = new Binder(new MapConfigurationPropertySource(prefixed))
                .bindOrCreate("roadstead", RoadsteadProperties.class);
        return new Engines(properties, List.of(factory), bundles, new EngineDiscovery(Map.of(), nothing), guard);
    }
}
