package dev.roadstead.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.StepVerifier;

/** The catalogs that come with the gateway. */
class ShippedCatalogsTest {
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final ShippedCatalogs catalogs = new ShippedCatalogs();

    /** Engine, version, number of operations, and a digest of their ids, methods, paths and parameters. */
    record Fingerprint(String engine, String version, int operations, String digest) {
        /** As it stands in the file. */
        @Override
        public String toString() {
            return "%s %s %d %s".formatted(engine, version, operations, digest);
        }
    }

    static List<Fingerprint> fingerprints() throws IOException {
        try (InputStream file = ShippedCatalogsTest.class.getResourceAsStream("/catalog/fingerprints.txt")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", -1))
                    .map(part -> new Fingerprint(part[0], part[1], Integer.parseInt(part[2]), part[3]))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("fingerprints")
    void everyVersionHasTheOperationsOfItsDescription(Fingerprint expected) throws Exception {
        Catalog catalog = get(catalogs.named(expected.engine(), expected.version()));

        assertThat(fingerprint(catalog)).isEqualTo(expected);
    }

    @Test
    void noVersionIsShippedThatNobodyLookedAt() throws Exception {
        List<Fingerprint> known = fingerprints();
        for (String engine : ShippedCatalogs.ENGINES) {
            List<Fingerprint> shipped = new ArrayList<>();
            for (String version : get(catalogs.versions(engine))) {
                shipped.add(fingerprint(get(catalogs.named(engine, version))));
            }

            // In the order of the versions; a failure tells the line that is missing.
            assertThat(shipped)
                    .containsExactlyElementsOf(known.stream()
                            .filter(one -> one.engine().equals(engine))
                            .toList());
        }
    }

    @Test
    void aVersionIsNamedWithAndWithoutItsLetterAndByItsBeginning() {
        assertThat(get(catalogs.named("docker", "1.41")).version()).isEqualTo("1.41");
        assertThat(get(catalogs.named("docker", "v1.41")).version()).isEqualTo("1.41");
        assertThat(get(catalogs.named("podman", "v4.3")).version()).isEqualTo("4.3.1");
        assertThat(get(catalogs.named("podman", "6.0")).version()).isEqualTo("6.0.0-dev");
    }

    @Test
    void aVersionThatThereIsNotIsNone() {
        StepVerifier.create(catalogs.named("docker", "1.24")).verifyComplete();
        StepVerifier.create(catalogs.named("docker", "1.4")).verifyComplete();
        StepVerifier.create(catalogs.named("nobody", "1.41")).verifyComplete();
    }

    @Test
    void theBestVersionIsTheNewestThatTheEngineKnowsToo() {
        assertThat(get(catalogs.bestFor("docker", "1.41")).version()).isEqualTo("1.41");
        assertThat(get(catalogs.bestFor("docker", "1.99")).version()).isEqualTo("1.55");
        assertThat(get(catalogs.bestFor("docker", "1.20")).version()).isEqualTo("1.25");
        assertThat(get(catalogs.bestFor("podman", "4.3.1")).version()).isEqualTo("4.3.1");
        assertThat(get(catalogs.bestFor("podman", "5.8.9-rc1")).version()).isEqualTo("5.8.2");
        assertThat(get(catalogs.bestFor("lxd", "5.0.2")).version()).isEqualTo("5.0.9");
        assertThat(get(catalogs.bestFor("incus", "7.0.1")).version()).isEqualTo("7.0.1");
        assertThat(get(catalogs.bestFor("kleened", null)).version()).isEqualTo("0.1.1");
    }

    @Test
    void aPathBeginsWithTheVersionThatTheEngineSpeaks() {
        Catalog podman = get(catalogs.bestFor("podman", "4.9.3"));

        assertThat(podman.version()).isEqualTo("4.9.5");
        assertThat(podman.prefix("4.9.3")).isEqualTo("/v4.9.3");
        assertThat(podman.prefix("5.0.0")).isEqualTo("/v4.9.5");
        assertThat(get(catalogs.named("podman", "6.0")).prefix("6.0.0-rc1")).isEqualTo("/v6.0.0");
        assertThat(get(catalogs.named("docker", "1.41")).prefix("1.41")).isEqualTo("/v1.41");
        assertThat(get(catalogs.named("lxd", "5.0.9")).prefix("5.0.2")).isEmpty();
    }

    private static Fingerprint fingerprint(Catalog catalog) throws NoSuchAlgorithmException {
        String lines = catalog.operations().stream()
                .map(ShippedCatalogsTest::line)
                .sorted()
                .collect(Collectors.joining("\n"));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
        return new Fingerprint(
                catalog.engine(),
                catalog.version(),
                catalog.operations().size(),
                HexFormat.of().formatHex(digest));
    }

    private static String line(CatalogOperation operation) {
        String parameters = operation.parameters().stream()
                .map(known ->
                        "%s@%s:%s%s".formatted(known.name(), known.in(), known.type(), known.required() ? "!" : ""))
                .collect(Collectors.joining(","));
        return "%s|%s|%s|%s".formatted(operation.id(), operation.method(), operation.path(), parameters);
    }

    private static <T> T get(reactor.core.publisher.Mono<T> one) {
        return Objects.requireNonNull(one.block(WAIT));
    }
}
