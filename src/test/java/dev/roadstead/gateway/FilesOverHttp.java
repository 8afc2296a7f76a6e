package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.empty;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.TestTar;
import dev.roadstead.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files go in and out as tar streams, and a container can become an image. */
public interface FilesOverHttp extends GatewaySubject {
    String TAR = "application/x-tar";
    byte[] HELLO = "hello\n".getBytes(StandardCharsets.UTF_8);

    @Test
    default void whatIsPutCanBeGot() {
        for (JsonNode container : List.of(created(idle()), running())) {
            byte[] tar = new TestTar()
                    .folder("port")
                    .file("port/berth", HELLO, 0755)
                    .link("port/link", "berth")
                    .bytes();

            empty(put(container, "/tmp", tar));

            Map<String, byte[]> back = TestTar.read(gateway().bytes(path(container, "/archive?path=/tmp/port")));
            assertThat(back).containsOnlyKeys("port/", "port/berth", "port/link");
            assertThat(back.get("port/berth")).isEqualTo(HELLO);
            assertThat(TestTar.read(gateway().bytes(path(container, "/archive?path=/tmp/port/berth"))))
                    .containsOnlyKeys("berth");
        }
    }

    @Test
    default void aGzipIsUnpackedToo() {
        JsonNode container = created(idle());
        byte[] gzip = TestTar.gzip(new TestTar().file("zipped", HELLO, 0644).bytes());

        empty(gateway()
                .put(path(container, "/archive?path=/tmp"), BodyPublishers.ofByteArray(gzip), "application/gzip"));

        assertThat(TestTar.read(gateway().bytes(path(container, "/archive?path=/tmp/zipped"))))
                .containsOnlyKeys("zipped");
    }

    @Test
    default void parentsNamedByEntriesAreMade() {
        JsonNode container = created(idle());

        empty(put(container, "/tmp", new TestTar().file("a/b/c", HELLO, 0644).bytes()));

        assertThat(TestTar.read(gateway().bytes(path(container, "/archive?path=/tmp/a/b/c"))))
                .containsOnlyKeys("c");
    }

    @Test
    default void manyBytesComeBackAsTheyWere() {
        JsonNode container = created(idle());
        byte[] content = new byte[3_000_001];
        new Random(1).nextBytes(content);

        empty(put(container, "/tmp", new TestTar().file("noise", content, 0644).bytes()));

        assertThat(TestTar.read(gateway().bytes(path(container, "/archive?path=/tmp/noise")))
                        .get("noise"))
                .isEqualTo(content);
    }

    @Test
    default void aHeadTellsWhatIsAtAPath() {
        JsonNode container = created(idle());
        empty(put(container, "/tmp", new TestTar().file("berth", HELLO, 0640).bytes()));

        Answer answer = gateway()
                .send(gateway().request("HEAD", path(container, "/archive?path=/tmp/berth"), BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(200);
        JsonNode stat =
                JsonMapper.shared().readTree(Base64.getDecoder().decode(answer.header("X-Roadstead-Path-Stat")));
        assertThat(text(stat, "name")).isEqualTo("berth");
        assertThat(text(stat, "type")).isEqualTo("file");
        assertThat(stat.required("size").asLong()).isEqualTo(HELLO.length);
        assertThat(stat.required("mode").asInt()).isEqualTo(0640);
        assertThat(gateway()
                        .send(gateway()
                                .request("HEAD", path(container, "/archive?path=/none"), BodyPublishers.noBody()))
                        .status())
                .isEqualTo(404);
    }

    @Test
    default void anAbsentPathIsNotFoundAndARelativeOneIsRefused() {
        JsonNode container = created(idle());
        byte[] tar = new TestTar().file("x", HELLO, 0644).bytes();

        problem(gateway().get(path(container, "/archive?path=/no/such")), 404, "not_found", "NO_SUCH_PATH");
        problem(put(container, "/no/such", tar), 404, "not_found", "NO_SUCH_PATH");
        refused(gateway().get(path(container, "/archive?path=tmp")), "INVALID_PATH", "path");
        refused(put(container, "tmp", tar), "INVALID_PATH", "path");
        refused(gateway().get(path(container, "/archive")), "MISSING_PARAMETER", "path");
        problem(
                gateway().get("/v1/containers/" + NOBODY + "/archive?path=/tmp"),
                404,
                "not_found",
                "NO_SUCH_CONTAINER");
    }

    @Test
    default void whatIsNoArchiveIsRefused() {
        JsonNode container = created(idle());

        Answer answer =
                put(container, "/tmp", "this is no tar at all".repeat(100).getBytes(StandardCharsets.UTF_8));

        problem(answer, 400, "validation_error", "INVALID_ARCHIVE");
    }

    @Test
    default void namesWithSpacesAndUmlautsWork() {
        JsonNode container = created(idle());
        empty(put(
                container,
                "/tmp",
                new TestTar().file("ein schöner & Name+.txt", HELLO, 0644).bytes()));

        String where = "/archive?path=" + RunningGateway.encoded("/tmp/ein schöner & Name+.txt");

        assertThat(TestTar.read(gateway().bytes(path(container, where)))).containsOnlyKeys("ein schöner & Name+.txt");
    }

    @Test
    default void anExportIsTheWholeFileSystem() {
        JsonNode container = created(idle());
        empty(put(container, "/tmp", new TestTar().file("mine", HELLO, 0644).bytes()));

        Map<String, byte[]> all = TestTar.read(gateway().bytes(path(container, "/export")));

        assertThat(all.get("tmp/mine")).isEqualTo(HELLO);
        assertThat(all).containsKey("bin/sh").hasSizeGreaterThan(5);
    }

    @Test
    default void aCommitMakesAnImageThatClaimsToBeNobody() {
        JsonNode container = created(GatewaySubject.with(idle(), "tags", List.of("blue")));
        empty(put(container, "/tmp", new TestTar().file("mine", HELLO, 0644).bytes()));
        String reference = made().imageReference();

        Answer answer = gateway()
                .postJson(path(container, "/commit"), Map.of("reference", reference, "message", "for the test"));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(text(answer.json(), "reference")).isEqualTo(reference);
        JsonNode image = ok(gateway().get(GatewaySubject.engine("/images?ref=" + RunningGateway.encoded(reference))))
                .required("images")
                .get(0);
        assertThat(text(image, "id")).isEqualTo(text(answer.json(), "id"));
        JsonNode labels = image.required("labels");
        labels.propertyNames().stream()
                .filter(key -> key.startsWith("dev.roadstead."))
                .forEach(key -> assertThat(text(labels, key)).as(key).isEmpty());

        JsonNode child = created(GatewaySubject.with(idle(), "image", reference));
        assertThat(text(child, "cuid")).isNotEqualTo(text(container, "cuid"));
        assertThat(child.required("tags").size()).isZero();
        assertThat(TestTar.read(gateway().bytes(path(child, "/archive?path=/tmp/mine"))))
                .containsOnlyKeys("mine");
        assertThat(text(shown(container), "cuid")).isEqualTo(text(container, "cuid"));
        refused(
                gateway().postJson(path(container, "/commit"), Map.of("reference", "Not A Name")),
                "INVALID_REFERENCE",
                "reference");
    }

    @Test
    default void aCommitWithoutABodyMakesAnImageWithoutAName() {
        JsonNode container = created(idle());

        Answer answer = gateway().post(path(container, "/commit"));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.header("Location")).startsWith("/v1/engines/");
        assertThat(text(ok(gateway().get(answer.header("Location"))), "id")).isEqualTo(text(answer.json(), "id"));
        ok(gateway().delete(answer.header("Location") + "?force=true"));
    }

    private Answer put(JsonNode container, String path, byte[] tar) {
        return gateway().put(path(container, "/archive?path=" + path), BodyPublishers.ofByteArray(tar), TAR);
    }
}
