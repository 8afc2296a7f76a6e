package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.lxd.LxdImageFile;
import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.LxdDaemon;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** What a real LXD does with remotes, storage pools and projects that are not as one would have them. */
@RequiresLab("lxd")
class LxdStoreIT {
    private static final String ENGINE = "local";
    private static final Map<String, String> STALLED =
            Map.of("index", "index.json", "images", "images.json", "facts", "lxd.tar.xz", "root", "root.squashfs");

    @TempDir
    private static @Nullable Path folder;

    private static final Map<String, StalledStreams> STREAMS = new LinkedHashMap<>();
    private static @Nullable RunningGateway running;

    private final MadeOverHttp made = new MadeOverHttp(gateway());

    @BeforeAll
    static void start() throws IOException {
        List<String> settings = new ArrayList<>();
        for (Map.Entry<String, String> stalled : STALLED.entrySet()) {
            StalledStreams streams = new StalledStreams();
            STREAMS.put(stalled.getKey(), streams);
            streams.stallAt(stalled.getValue());
            settings.addAll(remote(stalled.getKey() + "-stalls", streams.uri().toString(), streams.certificate()));
        }
        String stranger = new TestPki("stranger").issue("stranger", "127.0.0.1").certificatePem();
        settings.addAll(remote("wrong", Lab.simplestreams().toString(), stranger));
        settings.addAll(remote("nowhere", "https://127.0.0.1:1", stranger));
        settings.add("roadstead.engines.local.kind=lxd");
        settings.add("roadstead.monitoring.interval=1h");
        running = RunningGateway.start(Map.of(ENGINE, Lab.lxd().toString()), settings.toArray(String[]::new));
    }

    private static List<String> remote(String name, String uri, String certificate) throws IOException {
        Path file = Files.writeString(Objects.requireNonNull(folder).resolve(name + ".pem"), certificate);
        String key = "roadstead.engines.local.remotes.%s.".formatted(name);
        return List.of(key + "uri=" + uri, key + "certificate=" + file);
    }

    @AfterAll
    static void stop() {
        gateway().close();
        STREAMS.values().forEach(StalledStreams::close);
        STREAMS.clear();
    }

    private static RunningGateway gateway() {
        return Objects.requireNonNull(running);
    }

    @AfterEach
    void removeWhatTheTestMade() {
        made.removeAll();
    }

    private static String begun(String image) {
        Answer begun = gateway().postJson("/v1/engines/local/images/pull", Map.of("reference", image));
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        return begun.header("Location");
    }

    private static List<String> images() {
        return texts(ok(gateway().get("/v1/engines/local/images")).required("images"), "id");
    }

    /** Where the daemon cannot cancel, which is before the download itself, what it has fetched is removed again. */
    @ParameterizedTest
    @ValueSource(strings = {"index", "images", "facts", "root"})
    void aPullThatIsCancelledLeavesNothingWhereverItIs(String stage) {
        StalledStreams streams = Objects.requireNonNull(STREAMS.get(stage));
        List<String> before = images();
        String operation = begun(stage + "-stalls:busybox/1");
        streams.awaitAsked();

        ok(gateway().delete(operation));

        assertThat(text(ok(gateway().get(operation + "/wait")), "status")).isEqualTo("cancelled");
        if (stage.equals("facts") || stage.equals("root")) {
            // While nothing comes from the remote.
            awaitNoDownload();
        }
        streams.goOn();
        awaitNoDownload();
        within().untilAsserted(() -> assertThat(images()).isEqualTo(before));
    }

    private static void awaitNoDownload() {
        within().until(() -> texts(
                        LxdDaemon.ofLab()
                                .call(EngineRequest.get("/1.0/operations?recursion=1"))
                                .at("/metadata/running"),
                        "description")
                .stream()
                .noneMatch("Downloading image"::equals));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wrong:busybox/1   | 404 | not_found        | NO_SUCH_IMAGE     | certificate signed by unknown authority",
                "nowhere:busybox/1 | 404 | not_found        | NO_SUCH_IMAGE     | connection refused",
                "unknown:busybox/1 | 400 | validation_error | INVALID_REFERENCE | expected: an alias, or remote:alias"
            })
    void aRemoteThatIsNotAsItShouldBeIsNamed(String image, int status, String error, String code, String why) {
        JsonNode pull = ok(gateway().get(begun(image) + "/wait?timeout=30"));

        assertThat(text(pull, "status")).as(pull.toString()).isEqualTo("failed");
        assertThat(text(pull.required("error"), "code")).isEqualTo(code);
        assertThat(text(pull.required("error"), "message")).contains(why);
        JsonNode create = problem(
                gateway().postJson("/v1/containers", made.container(Map.of("image", image))), status, error, code);
        assertThat(text(create, "message")).contains(why);
        assertThat(ok(gateway().get("/v1/containers?" + made.filter())).required("containers"))
                .isEmpty();
    }

    @Test
    void anAbsentPoolIsNamedAndNothingIsMade() {
        Map<String, Object> root = Map.of("type", "disk", "path", "/", "pool", "nowhere");
        Map<String, Object> container = Map.of("devices", Map.of("root", root));

        JsonNode volume = problem(
                gateway()
                        .postJson(
                                "/v1/engines/local/volumes",
                                Map.of("name", made.name(), "options", Map.of("pool", "nowhere"))),
                400,
                "validation_error",
                "INVALID_OPTION");
        JsonNode create = problem(
                gateway().postJson("/v1/containers", made.container(Map.of("image", "busybox", "native", container))),
                404,
                "not_found",
                "NO_SUCH_POOL");

        assertThat(text(volume, "message")).contains("nowhere", "default");
        assertThat(text(create, "message")).contains("Storage pool not found");
        assertThat(ok(gateway().get("/v1/containers?" + made.filter())).required("containers"))
                .isEmpty();
    }

    @Test
    void aProjectHasImagesOfItsOwn() {
        String project = made.name();
        String alias = made.name();
        LxdDaemon daemon = LxdDaemon.ofLab();
        daemon.call(
                "POST",
                "/1.0/projects",
                "{'name':'%s','config':{'features.images':'true','features.profiles':'false'}}".formatted(project));
        try {
            String in = "project=" + project;
            String fingerprint = daemon.call(EngineRequest.post("/1.0/images?" + in)
                            .upload("application/octet-stream", Flux.just(LxdImageFile.of(alias))))
                    .at("/metadata/metadata/fingerprint")
                    .asString();
            daemon.call(
                    "POST", "/1.0/images/aliases?" + in, "{'name':'%s','target':'%s'}".formatted(alias, fingerprint));
            try {
                Map<String, Object> body = made.container(Map.of("image", alias));

                problem(gateway().postJson("/v1/containers", body), 404, "not_found", "NO_SUCH_IMAGE");
                Answer created = gateway().postJson("/v1/containers", GatewaySubject.with(body, "project", project));

                assertThat(created.status()).as(created.text()).isEqualTo(201);
                assertThat(text(created.json(), "image")).isEqualTo(alias);
                assertThat(text(created.json(), "id")).startsWith(project + ".");
                assertThat(images()).doesNotContain(fingerprint);
            } finally {
                made.removeAll();
                daemon.call(EngineRequest.delete("/1.0/images/%s?%s".formatted(fingerprint, in)));
            }
        } finally {
            daemon.call(EngineRequest.delete("/1.0/projects/" + project));
        }
    }
}
