package dev.roadstead.adapter.lxd;

import static dev.roadstead.adapter.lxd.ScriptedLxd.accepted;
import static dev.roadstead.adapter.lxd.ScriptedLxd.error;
import static dev.roadstead.adapter.lxd.ScriptedLxd.sync;
import static dev.roadstead.adapter.lxd.ScriptedLxd.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RegistryAuth;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images of registries, and the containers of them, on an Incus that has such (extensions {@code instance_oci} and {@code instance_oci_entrypoint}). */
@ExtendWith(NoLeaks.class)
class OciScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final String NGINX = "docker.io/library/nginx:latest";
    private static final String FINGERPRINT = "ab".repeat(32);
    private static final String ALIAS = "GET /1.0/images/aliases/docker.io%2Flibrary%2Fnginx%3Alatest";
    private static final String IMAGE = "GET /1.0/images/" + FINGERPRINT;
    private static final String PULL = "POST /1.0/images";
    private static final String POINT = "POST /1.0/images/aliases";
    private static final String CREATE = "POST /1.0/instances";

    private final JsonMapper json = new JsonMapper();
    private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedLxd.engine(server.uri(), Duration.ofSeconds(2));

    @BeforeEach
    void hasImagesOfRegistries() {
        server.on("GET /1.0", incus(RemoteImage.OCI, OciProcess.EXTENSION));
        server.on(ALIAS, sync("{\"name\":\"%s\",\"target\":\"%s\"}".formatted(NGINX, FINGERPRINT)));
        server.on(IMAGE, image("oci"));
        server.on(CREATE, kept(accepted(false, "null")));
        server.on(ScriptedLxd.WAIT, told(200, ""));
        server.on(ScriptedLxd.CANCEL, sync("{}"));
    }

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    @Test
    void aPullNamesTheRegistryAndTheImageIsCalledAsItWasAskedFor() throws Exception {
        server.on(ALIAS, error(404, "Image alias not found"));
        server.on(PULL, kept(accepted(false, "null")));
        server.on(POINT, kept(sync("{}")));
        server.on(ScriptedLxd.WAIT, running("Retrieving OCI image from registry"), succeeded());

        List<PullProgress> told =
                pull(NGINX, null).collectList().blockOptional(WAIT).orElseThrow();

        assertThat(told).extracting(PullProgress::status).contains("Retrieving OCI image from registry");
        assertThat(told.getLast().status()).isEqualTo("Pull complete");
        JsonNode source = body().get("source");
        assertThat(source.get("mode").asString()).isEqualTo("pull");
        assertThat(source.get("protocol").asString()).isEqualTo("oci");
        assertThat(source.get("server").asString()).isEqualTo("https://docker.io");
        assertThat(source.get("alias").asString()).isEqualTo("library/nginx:latest");
        JsonNode alias = body();
        assertThat(alias.get("name").asString()).isEqualTo(NGINX);
        assertThat(alias.get("target").asString()).isEqualTo(FINGERPRINT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reading manifest latest in docker.io/library/nginx: requested access to the resource is denied | NotFound | NO_SUCH_IMAGE",
                "reading manifest none in registry.example/a: manifest unknown | NotFound | NO_SUCH_IMAGE",
                "pinging container registry registry.example: lookup registry.example: no such host | NotFound | NO_SUCH_IMAGE",
                "unable to retrieve auth token: invalid username/password: unauthorized | Denied | REGISTRY_DENIED",
                "OCI container handling requires skopeo be present on the system | Failed | ENGINE_ERROR"
            })
    void aPullThatFailsWhileItIsUnderWayIsAFailure(String err, String kind, String code) {
        server.on(PULL, accepted(false, "null"));
        server.on(ScriptedLxd.WAIT, running("Unpacking the OCI image"), told(400, err));

        StepVerifier.create(pull(NGINX, null).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                    assertThat(((EngineException) failure).evidence().nativeMessage())
                            .isEqualTo(err);
                })
                .verify(WAIT);
        assertThat(server.requests()).noneMatch(request -> (request.method() + " " + request.path()).equals(POINT));
    }

    @Test
    void credentialsAreRefusedBeforeTheImageKeepsThem() {
        refuses(
                pull(NGINX, new RegistryAuth("user", "secret", null, null)),
                Capability.PULL,
                "registry_auth",
                "the engine would keep the credentials in the image");
        assertThat(server.requests()).noneMatch(request -> request.method().equals("POST"));
    }

    @Test
    void anEngineWithoutSuchImagesSaysSo() {
        server.on("GET /1.0", incus());

        StepVerifier.create(pull(NGINX, null).then())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(EngineException.InvalidRequest.class)
                        .hasMessageContaining("Incus has no images of registries"))
                .verify(WAIT);
    }

    @Test
    void aContainerOfSuchAnImageRunsWhatIsAskedFor() throws Exception {
        ContainerSpec spec = web(wanted -> wanted.command(List.of("-g", "daemon off; # it's"))
                .entrypoint(List.of("nginx"))
                .workingDir("/srv")
                .user("101:102"));

        assertThat(engine.containers().create(spec).block(WAIT)).isEqualTo(new ContainerId("web"));

        JsonNode config = body().get("config");
        assertThat(config.get("oci.entrypoint").asString()).isEqualTo("'nginx' '-g' 'daemon off; # it'\\''s'");
        assertThat(config.get("oci.cwd").asString()).isEqualTo("/srv");
        assertThat(config.get("oci.uid").asString()).isEqualTo("101");
        assertThat(config.get("oci.gid").asString()).isEqualTo("102");

        server.on(
                "GET /1.0/instances/web",
                sync("{\"name\":\"web\",\"type\":\"container\",\"status_code\":102,\"config\":%s}"
                        .formatted(marked(config))));
        Container made = engine.containers()
                .inspect(new ContainerId("web"))
                .blockOptional(WAIT)
                .orElseThrow();
        assertThat(made.entrypoint()).containsExactly("nginx");
        assertThat(made.command()).containsExactly("-g", "daemon off; # it's");
        assertThat(made.workingDir()).isEqualTo("/srv");
        assertThat(made.user()).isEqualTo("101:102");
        assertThat(made.labels()).isEmpty();
    }

    @Test
    void aContainerOfAnySystemsImageRunsItsInit() {
        server.on(IMAGE, image(null));

        refuses(
                create(web(spec -> spec.entrypoint(List.of("sh")))),
                Capability.ENTRYPOINT,
                "entrypoint",
                OciProcess.ONLY_OF_OCI);
        refuses(
                create(web(spec -> spec.workingDir("/"))),
                Capability.WORKING_DIR,
                "working_dir",
                OciProcess.ONLY_OF_OCI);
        refuses(create(web(spec -> spec.user("1:1"))), Capability.USER, "user", OciProcess.ONLY_OF_OCI);
        assertThat(server.requests()).noneMatch(request -> request.method().equals("POST"));
    }

    @Test
    void whatTheEngineCannotTellApartOrLookUpIsRefused() {
        refuses(
                create(web(spec -> spec.command(List.of("ls")))),
                Capability.COMMAND,
                "command",
                OciProcess.ONLY_WITH_ENTRYPOINT);
        refuses(create(web(spec -> spec.user("nginx"))), Capability.USER, "user", OciProcess.ONLY_NUMBERS);
        refuses(create(web(spec -> spec.user("101"))), Capability.USER, "user", OciProcess.ONLY_NUMBERS);
    }

    @Test
    void withoutTheKeysForItTheProcessIsTheImages() {
        server.on("GET /1.0", incus(RemoteImage.OCI));

        refuses(
                create(web(spec -> spec.entrypoint(List.of("sh")))),
                Capability.ENTRYPOINT,
                "entrypoint",
                "Incus runs the init of the image");
    }

    @Test
    void anImageThatIsNotThereIsMissingBeforeAnythingIsMade() {
        server.on(ALIAS, error(404, "Image alias not found"));

        StepVerifier.create(create(web(spec -> spec.workingDir("/srv"))))
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("NO_SUCH_IMAGE"))
                .verify(WAIT);
        assertThat(server.requests()).noneMatch(request -> request.method().equals("POST"));
    }

    private static Script incus(String... extensions) {
        return ScriptedLxd.server("incus", "6.23", "trusted", extensions);
    }

    private static Script image(@Nullable String type) {
        return sync("{\"fingerprint\":\"%s\",\"type\":\"container\",\"properties\":{%s}}"
                .formatted(FINGERPRINT, type == null ? "" : "\"type\":\"" + type + "\""));
    }

    private static Script running(String progress) {
        return sync("{\"id\":\"%s\",\"status_code\":103,\"metadata\":{\"download_progress\":\"%s\"}}"
                .formatted(ScriptedLxd.OPERATION, progress));
    }

    private static Script succeeded() {
        return sync("{\"id\":\"%s\",\"status_code\":200,\"metadata\":{\"fingerprint\":\"%s\"}}"
                .formatted(ScriptedLxd.OPERATION, FINGERPRINT));
    }

    /** Answers so, and remembers what was sent. */
    private Script kept(Script answer) {
        return connection -> {
            bodies.add(new String(connection.readBody(), StandardCharsets.UTF_8));
            answer.play(connection);
        };
    }

    private JsonNode body() throws InterruptedException {
        return json.readTree(bodies.take());
    }

    /** What the daemon makes of a configuration for a container of such an image. */
    private static String marked(JsonNode config) {
        return config.toString().replaceFirst("\\{", "{\"volatile.container.oci\":\"true\",");
    }

    private static ContainerSpec web(UnaryOperator<SpecBuilder> more) {
        return more.apply(SpecBuilder.like(ContainerSpec.of(NGINX, List.of())))
                .build()
                .named(new ContainerName("web"));
    }

    private Mono<ContainerId> create(ContainerSpec spec) {
        return engine.containers().create(spec);
    }

    private Flux<PullProgress> pull(String image, @Nullable RegistryAuth auth) {
        return engine.images().pull(new PullSpec(ImageReference.parse(image), null, auth));
    }

    private static void refuses(Publisher<?> call, Capability capability, String field, String reason) {
        StepVerifier.create(Flux.from(call).then(Mono.empty()))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure)
                            .isInstanceOf(EngineException.Unsupported.class)
                            .hasMessageContaining(reason);
                    assertThat(((EngineException) failure).evidence().details())
                            .containsAllEntriesOf(Map.of("capability", capability.word(), "field", field));
                })
                .verify(WAIT);
    }
}
