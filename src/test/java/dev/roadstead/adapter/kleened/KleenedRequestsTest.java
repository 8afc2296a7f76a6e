package dev.roadstead.adapter.kleened;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Mount;
import dev.roadstead.container.Resources;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedRequest;
import dev.roadstead.transport.ScriptedServer;
import dev.roadstead.volume.VolumeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/** What the daemon is asked, and what it is never asked since it would crash, choose anything, or run it as root on its host. */
@ExtendWith(NoLeaks.class)
class KleenedRequestsTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("12057a9d8b04");
    private static final String INSPECTION = """
            {"container":{"env":["A=1","ROADSTEAD_CUID=c1"],"id":"12057a9d8b04","name":"byid","running":false,"user":"www",
             "cmd":["/bin/sh","-c","echo hello"],"persist":true,"created":"2026-11-22T14:10:50.269251Z","image_id":"04893beefe50",
             "jail_param":["allow.raw_sockets=true"],"network_driver":"host","public_ports":[],"restart_policy":"no"},
             "container_endpoints":[],"container_mountpoints":[]}""";

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final Engine engine = KleenedEngines.bare(server.uri(), EngineSettings.Kleened.DEFAULT);

    @BeforeEach
    void answers() {
        server.on(
                        "GET /images/list",
                        Script.json(200, "[{\"id\":\"04893beefe50\",\"name\":\"FreeBSD\",\"tag\":\"testing\"}]"))
                .on("GET /containers/list", Script.json(200, "[]"))
                .on("GET /volumes/list", Script.json(200, "[]"))
                .on("GET /networks/list", Script.json(200, "[]"))
                .on("GET /images/04893beefe50/inspect", Script.json(200, "{\"id\":\"04893beefe50\"}"))
                .on("GET /containers/12057a9d8b04/inspect", Script.json(200, INSPECTION))
                .on("POST /containers/create", keeping("{\"id\":\"12057a9d8b04\"}"))
                .on("POST /containers/12057a9d8b04/update", keeping("{\"id\":\"12057a9d8b04\"}"));
    }

    private Script keeping(String answer) {
        return connection -> {
            sent.add(new String(connection.readBody(), StandardCharsets.UTF_8));
            Script.json(201, answer).play(connection);
        };
    }

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.awaitOpenConnections(0);
        server.close();
    }

    @Test
    void aCreateSaysAllInTheDaemonsWords() throws InterruptedException {
        ContainerSpec spec = new SpecBuilder("FreeBSD:testing")
                .entrypoint(List.of("/bin/sh", "-c"))
                .command(List.of("echo $A"))
                .env(Map.of("A", "two words"))
                .user("www")
                .hostname("web.example")
                .publish(8080, 80)
                .mount(new Mount(Mount.Type.BIND, "/data", "/mnt/n", true))
                .mount(new Mount(Mount.Type.VOLUME, "vol1", "/mnt/v", false))
                .nativeFields(Map.of("jail_param", List.of("allow.raw_sockets=true")))
                .build()
                .named(new ContainerName("web"));

        engine.containers().create(spec).block(WAIT);

        assertThat(json(sent.take())).isEqualTo(json("""
                {"name":"web","image":"04893beefe50","cmd":["/bin/sh","-c","echo $A"],"user":"www",
                 "env":["A=two words","ROADSTEAD_ENTRYPOINT=2"],
                 "mounts":[{"type":"nullfs","source":"/data","destination":"/mnt/n","read_only":true},
                           {"type":"volume","source":"vol1","destination":"/mnt/v","read_only":false}],
                 "network_driver":"ipnet",
                 "public_ports":[{"interfaces":[],"host_port":"8080","container_port":"80","protocol":"tcp"}],
                 "jail_param":["host.hostname=web.example","allow.raw_sockets=true"],
                 "persist":true,"restart_policy":"no"}"""));
    }

    @Test
    void whatAnUpdateDoesNotNameIsSentAsNullSoThatItStays() throws InterruptedException {
        engine.containers()
                .update(
                        WEB,
                        new ContainerChanges(
                                Map.of("A", Optional.empty(), "B", Optional.of("2")),
                                null,
                                Resources.NONE,
                                Set.of(),
                                null))
                .block(WAIT);

        assertThat(json(sent.take())).isEqualTo(json("""
                {"name":null,"cmd":null,"user":null,"env":["ROADSTEAD_CUID=c1","B=2"],"mounts":null,"jail_param":null,
                 "restart_policy":null,"persist":null,"public_ports":null}"""));
    }

    @Test
    void aRenameSendsNothingButTheName() throws InterruptedException {
        server.on("GET /containers/list", Script.json(200, "[{\"id\":\"12057a9d8b04\",\"name\":\"byid\"}]"));

        engine.containers().rename(WEB, new ContainerName("other")).block(WAIT);

        JsonNode asked = json(sent.take());
        assertThat(asked.path("name").asString()).isEqualTo("other");
        asked.properties()
                .forEach(field -> assertThat(field.getKey().equals("name")
                                || field.getValue().isNull())
                        .as(field.getKey())
                        .isTrue());
    }

    static Stream<Arguments> refusedSpecifications() {
        return Stream.of(
                refused("user", spec -> spec.user("root -n")),
                refused("user", spec -> spec.user("")),
                refused("user", spec -> spec.user("www;id")),
                refused("hostname", spec -> spec.hostname("web exec.prestart=/bin/sh")),
                refused("mounts.source", spec -> spec.mount(new Mount(Mount.Type.BIND, "etc", "/mnt", false))),
                refused("mounts.source", spec -> spec.mount(new Mount(Mount.Type.VOLUME, "", "/mnt", false))),
                refused("mounts.source", spec -> spec.mount(new Mount(Mount.Type.VOLUME, "a/b", "/mnt", false))),
                refused("mounts.target", spec -> spec.mount(new Mount(Mount.Type.VOLUME, "vol1", "mnt", false))),
                refused("env", spec -> spec.env(Map.of("A=B", "1"))),
                refused("env", spec -> spec.env(Map.of("A", "1\0"))),
                refused("env", spec -> spec.env(Map.of("ROADSTEAD_CUID", "c2"))),
                refused("labels", spec -> spec.labels(Map.of("large", "x".repeat(7000)))));
    }

    private static Arguments refused(String field, UnaryOperator<SpecBuilder> wrong) {
        return Arguments.of(field, wrong);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedSpecifications")
    void whatIsWrongIsNeverSent(String field, UnaryOperator<SpecBuilder> wrong) {
        refuses(
                engine.containers()
                        .create(wrong.apply(new SpecBuilder("FreeBSD:testing")).build()),
                field);
    }

    @Test
    void nativeFieldsAreTheDaemonsAndNotNullWhereItWouldCrash() {
        Map<String, Object> nothing = new HashMap<>();
        nothing.put("mounts", null);

        refuses(natively(Map.of("image", "other")), "native.image");
        refuses(natively(Map.of("jail_params", List.of())), "native.jail_params");
        refuses(natively(nothing), "native.mounts");
    }

    private Publisher<?> natively(Map<String, Object> fields) {
        return engine.containers()
                .create(new SpecBuilder("FreeBSD:testing").nativeFields(fields).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=B", "ROADSTEAD_LABELS"})
    void anUpdateSetsNoVariablesThatAreNone(String name) {
        refuses(engine.containers().update(WEB, environment(name, "1")), "env");
    }

    @Test
    void anUpdateSetsNoValueThatIsNone() {
        refuses(engine.containers().update(WEB, environment("A", "1\0")), "env");
    }

    private static ContainerChanges environment(String name, String value) {
        return new ContainerChanges(Map.of(name, Optional.of(value)), null, Resources.NONE, Set.of(), null);
    }

    @Test
    void emptyReferencesFindNothingAndAreNeverSent() {
        fails(engine.containers().find(""), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(engine.containers().find("1205"), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(engine.images().inspect(""), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        fails(engine.images().remove("", false), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        fails(engine.networks().inspect(""), EngineException.NotFound.class, "NO_SUCH_NETWORK");
        fails(engine.networks().remove(""), EngineException.NotFound.class, "NO_SUCH_NETWORK");
        fails(engine.volumes().inspect(""), EngineException.NotFound.class, "NO_SUCH_VOLUME");
        fails(engine.volumes().remove("", true), EngineException.NotFound.class, "NO_SUCH_VOLUME");
        fails(engine.containers().create(new SpecBuilder("").build()), EngineException.NotFound.class, "NO_SUCH_IMAGE");

        assertThat(server.requests()).extracting(ScriptedRequest::path).allMatch(path -> path.endsWith("/list"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "1205", "byid", "12057A9D8B04"})
    void onlyWholeIdsAreSent(String part) {
        ContainerId id = new ContainerId(part);

        fails(engine.containers().inspect(id), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(engine.containers().start(id), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(engine.containers().stop(id, null), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(engine.containers().remove(id, true, false), EngineException.NotFound.class, "NO_SUCH_CONTAINER");

        assertThat(server.requests()).extracting(ScriptedRequest::path).allMatch(path -> path.endsWith("/list"));
    }

    @Test
    void twoOfOneNameAreAmbiguousAndTheirNameIsTaken() {
        server.on("GET /containers/list", Script.json(200, """
                [{"id":"12057a9d8b04","name":"twin"},{"id":"12057a9d8b05","name":"twin"}]"""));

        fails(engine.containers().find("12057a9d"), EngineException.Conflict.class, "AMBIGUOUS_ADDRESS");
        StepVerifier.create(engine.containers().find("twin"))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(EngineException.Conflict.class)
                        .hasMessageContaining("12057a9d8b04, 12057a9d8b05"))
                .verify(WAIT);
        fails(
                engine.containers()
                        .create(new SpecBuilder("FreeBSD:testing").build().named(new ContainerName("twin"))),
                EngineException.AlreadyExists.class,
                "NAME_IN_USE");
        fails(
                engine.containers().rename(WEB, new ContainerName("12057a9d8b05")),
                EngineException.AlreadyExists.class,
                "NAME_IN_USE");
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a b", "..", "a@b"})
    void volumesThatAreNoDatasetsAreNeverSent(String name) {
        fails(
                engine.volumes().create(new VolumeSpec(name, null, Map.of(), Map.of())),
                EngineException.InvalidRequest.class,
                "INVALID_REQUEST");
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"# RuntimeError at GET /containers/list\n\nsecret", "<!DOCTYPE html><html>secret</html>"})
    void aPageOfACrashIsNoAnswerAndNotTold(String page) {
        server.on("GET /containers/list", Script.json(500, page));

        StepVerifier.create(engine.containers().list(Map.of()))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(EngineException.Failed.class);
                    assertThat(failure.toString()).doesNotContain("secret");
                    assertThat(((EngineException) failure).code()).isEqualTo(KleenedErrors.CRASHED);
                })
                .verify(WAIT);
    }

    private void refuses(Publisher<?> call, String field) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(EngineException.InvalidRequest.class);
                    assertThat(((EngineException) failure).evidence().details().get("field"))
                            .isEqualTo(field);
                })
                .verify(WAIT);
        assertThat(sent).isEmpty();
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                })
                .verify(WAIT);
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(KleenedWire.mapper().readTree(text));
    }
}
