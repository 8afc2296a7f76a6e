package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A container that is asked for is made as it was asked for, or not at all. */
public interface CreatingOverHttp extends GatewaySubject {
    @Test
    default void creatingAnswers201WithTheContainerAndItsPlace() {
        Map<String, Object> body = idle();

        Answer answer = gateway().postJson("/v1/containers", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        JsonNode container = answer.json();
        assertThat(text(container, "cuid")).matches("c[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(answer.header("Location")).isEqualTo(path(container, ""));
        assertThat(text(container, "name")).isEqualTo(body.get("name"));
        assertThat(text(container, "engine")).isEqualTo(ENGINE);
        assertThat(text(container, "image")).isEqualTo(image());
        assertThat(text(container, "image_id")).isNotBlank();
        assertThat(text(container, "status")).isEqualTo("created");
        assertThat(container.required("managed").asBoolean()).isTrue();
        assertThat(container.required("started_at").isNull()).isTrue();
        assertThat(container.required("exit_code").isNull()).isTrue();
        assertThat(text(container, "created_at")).endsWith("Z");
        assertThat(ok(gateway().get(answer.header("Location")))).isEqualTo(container);
    }

    @Test
    default void everyFieldThatWasAskedForComesBack() {
        String network = made().network();
        String volume = made().volume();
        Map<String, Object> body = new HashMap<>(idle());
        Map<String, String> env = new HashMap<>(Map.of("GREETING", "grüß = Gott"));
        if (has("env_empty")) {
            env.put("EMPTY", "");
        }
        body.put("env", env);
        body.put("tags", List.of("blue", "with, comma", "back\\slash"));
        body.put("ports", List.of(Map.of("host", 0, "container", 80), Map.of("container", 53, "protocol", "udp")));
        List<Map<String, Object>> mounts = new ArrayList<>();
        mounts.add(Map.of("type", "volume", "source", volume, "target", "/data", "read_only", true));
        if (has("mount_tmpfs")) {
            mounts.add(Map.of("type", "tmpfs", "target", "/scratch"));
        }
        body.put("mounts", mounts);
        body.put("networks", List.of(Map.of("name", network)));
        body.put("resources", Map.of("cpus", 0.5, "memory", "64m", "pids", 64));

        JsonNode container = shown(started(body));

        JsonNode told = container.required("env");
        assertThat(text(told, "GREETING")).isEqualTo("grüß = Gott");
        if (has("env_empty")) {
            assertThat(text(told, "EMPTY")).isEmpty();
        }
        assertThat(told.has("PATH")).as("the image's own").isFalse();
        assertThat(texts(container.required("tags"))).containsExactly("blue", "with, comma", "back\\slash");
        assertThat(container.required("labels").propertyNames()).containsExactly(MadeOverHttp.LABEL);
        assertThat(container.required("ports"))
                .anySatisfy(port -> {
                    assertThat(port.required("container").asInt()).isEqualTo(80);
                    assertThat(port.required("host").asInt()).isPositive();
                    assertThat(text(port, "protocol")).isEqualTo("tcp");
                })
                .anySatisfy(port -> {
                    assertThat(port.required("container").asInt()).isEqualTo(53);
                    assertThat(text(port, "protocol")).isEqualTo("udp");
                })
                .hasSize(2);
        assertThat(container.required("mounts")).hasSize(mounts.size()).anySatisfy(mount -> {
            assertThat(text(mount, "type")).isEqualTo("volume");
            assertThat(text(mount, "source")).isEqualTo(volume);
            assertThat(text(mount, "target")).isEqualTo("/data");
            assertThat(mount.required("read_only").asBoolean()).isTrue();
        });
        if (has("mount_tmpfs")) {
            assertThat(container.required("mounts")).anySatisfy(mount -> {
                assertThat(text(mount, "type")).isEqualTo("tmpfs");
                assertThat(text(mount, "target")).isEqualTo("/scratch");
            });
        }
        assertThat(texts(container.required("networks"), "name")).containsExactly(network);
        GatewaySubject.within()
                .until(() -> shown(container).at("/networks/0/ip").asString("").matches("[0-9.]+"));
        JsonNode resources = container.required("resources");
        assertThat(resources.required("cpus").asDouble()).isEqualTo(0.5);
        assertThat(resources.required("memory").asLong()).isEqualTo(64L << 20);
        assertThat(resources.required("pids").asLong()).isEqualTo(64);
        assertThat(text(container, "status")).isEqualTo("running");
    }

    @Test
    default void whatConcernsTheMainProcessComesBackToo() {
        needs("command");
        String network = made().network();
        Map<String, Object> body = new HashMap<>(idle());
        body.put("entrypoint", List.of("sh"));
        body.put("command", List.of("-c", "echo \"$GREETING\"; exec sleep 60"));
        body.put("working_dir", "/tmp");
        body.put("user", "1000");
        body.put("hostname", "harbour");
        body.put("tty", true);
        body.put("stdin_open", true);
        body.put("networks", List.of(Map.of("name", network, "aliases", List.of("quay"))));
        body.put("resources", Map.of("memory", "64m", "memory_swap", "128m"));
        body.put("restart_policy", Map.of("name", "on-failure", "max_retries", 3));
        body.put("healthcheck", Map.of("test", List.of("CMD", "true"), "interval", 60, "retries", 2));
        body.put("security", Map.of("cap_add", List.of("NET_ADMIN"), "cap_drop", List.of("MKNOD")));

        JsonNode container = shown(started(body));

        assertThat(texts(container.required("entrypoint"))).containsExactly("sh");
        assertThat(texts(container.required("command"))).containsExactly("-c", "echo \"$GREETING\"; exec sleep 60");
        assertThat(text(container, "working_dir")).isEqualTo("/tmp");
        assertThat(text(container, "user")).isEqualTo("1000");
        assertThat(text(container, "hostname")).isEqualTo("harbour");
        assertThat(container.required("tty").asBoolean()).isTrue();
        assertThat(texts(container.required("networks"), "name")).containsExactly(network);
        assertThat(container.at("/networks/0/ip").asString()).matches("[0-9.]+");
        assertThat(container.at("/resources/memory_swap").asLong()).isEqualTo(128L << 20);
        assertThat(text(container.required("restart_policy"), "name")).isEqualTo("on-failure");
        assertThat(container.at("/restart_policy/max_retries").asInt()).isEqualTo(3);
        assertThat(text(container, "status")).isEqualTo("running");
    }

    @Test
    default void whatTheImageBringsIsNotTheContainersOwn() {
        JsonNode container = created(made().container(Map.of("image", image())));

        assertThat(container.required("command").isNull()).isTrue();
        assertThat(container.required("entrypoint").isNull()).isTrue();
        assertThat(container.required("env").size()).isZero();
    }

    @Test
    default void memoryIsTakenAsBytesOrWithAUnit() {
        assertThat(memory(67_108_864)).isEqualTo(64L << 20);
        assertThat(memory("64m")).isEqualTo(64L << 20);
        assertThat(memory("0.0625g")).isEqualTo(64L << 20);

        refused(
                gateway().postJson("/v1/containers", with(idle(), "resources", Map.of("memory", "much"))),
                "INVALID_VALUE",
                "resources.memory");
    }

    private long memory(Object value) {
        return created(with(idle(), "resources", Map.of("memory", value)))
                .at("/resources/memory")
                .asLong();
    }

    @Test
    default void aContainerWithoutANameGetsOne() {
        Map<String, Object> body = new HashMap<>(idle());
        body.remove("name");

        assertThat(text(created(body), "name")).isNotBlank();
    }

    @Test
    default void aTakenNameIsAConflictAndNothingIsMade() {
        JsonNode first = created(idle());

        Answer second = gateway().postJson("/v1/containers", with(idle(), "name", text(first, "name")));

        assertThat(text(problem(second, 409, "conflict", "NAME_IN_USE").required("details"), "engine"))
                .isEqualTo(ENGINE);
        assertThat(ok(gateway().get("/v1/containers?" + made().filter())).required("containers"))
                .hasSize(1);
    }

    @Test
    default void anAbsentImageIsNotFoundWhateverThePullPolicyAndNothingIsMade() {
        for (String pull : List.of("missing", "always", "never")) {
            Map<String, Object> body = with(with(idle(), "image", "roadstead-test/missing:none"), "pull", pull);

            problem(gateway().postJson("/v1/containers", body), 404, "not_found", "NO_SUCH_IMAGE");
        }
        assertThat(ok(gateway().get("/v1/containers?" + made().filter())).required("containers"))
                .isEmpty();
    }

    @Test
    default void anImageThatIsThereIsNotPulledUnlessAlwaysIsSaid() {
        JsonNode donor = created(idle());
        String reference = made().imageReference();
        Answer committed = gateway().postJson(path(donor, "/commit"), Map.of("reference", reference));
        assertThat(committed.status()).as(committed.text()).isEqualTo(201);

        assertThat(text(created(with(idle(), "image", reference)), "image")).isEqualTo(reference);
        assertThat(text(created(with(with(idle(), "image", reference), "pull", "never")), "image"))
                .isEqualTo(reference);
        problem(
                gateway().postJson("/v1/containers", with(with(idle(), "image", reference), "pull", "always")),
                404,
                "not_found",
                "NO_SUCH_IMAGE");
    }

    @Test
    default void aContainerThatDoesNotStartIsNotLeftBehind() {
        needs("command");
        Map<String, Object> body = with(with(idle(), "command", List.of("/no/such/program")), "start", true);

        Answer answer = gateway().postJson("/v1/containers", body);

        problem(answer, 400, "validation_error", "NO_SUCH_PROGRAM");
        assertThat(ok(gateway().get("/v1/containers?" + made().filter())).required("containers"))
                .isEmpty();
    }

    @Test
    default void aContainerWhosePortIsTakenIsNotLeftBehind() {
        JsonNode first = started(with(idle(), "ports", List.of(Map.of("container", 80))));
        int port = shown(first).at("/ports/0/host").asInt();
        Map<String, Object> same = with(idle(), "ports", List.of(Map.of("host", port, "container", 80)));

        Answer answer = gateway().postJson("/v1/containers", with(same, "start", true));

        problem(answer, 409, "conflict", "PORT_IN_USE");
        assertThat(ok(gateway().get("/v1/containers?" + made().filter())).required("containers"))
                .hasSize(1);
    }

    @Test
    default void theGatewaysOwnLabelsCannotBeSetAndAreNotShown() {
        JsonNode problem = refused(
                gateway().postJson("/v1/containers", with(idle(), "labels", Map.of("dev.roadstead.cuid", NOBODY))),
                "RESERVED_LABEL",
                "labels");
        assertThat(text(problem, "detail")).contains("dev.roadstead.cuid");

        Map<String, Object> tagged = with(idle(), "tags", List.of("blue"));
        assertThat(created(tagged).required("labels").propertyNames()).containsExactly(MadeOverHttp.LABEL);
        for (JsonNode listed : ok(gateway().get("/v1/containers")).required("containers")) {
            assertThat(listed.required("labels").propertyNames()).noneMatch(key -> key.startsWith("dev.roadstead."));
        }
        assertThat(ok(gateway().get("/v1/containers?label=dev.roadstead.cuid")).required("containers"))
                .isEmpty();
    }

    @Test
    default void aRequestThatMakesNoSenseNamesTheField() {
        refused(gateway().postJson("/v1/containers", Map.of()), "MISSING_IMAGE", "image");
        assertThat(refused(gateway().postJson("/v1/containers", Map.of("engine", ENGINE)), "MISSING_IMAGE", "image")
                        .at("/details/provided")
                        .isNull())
                .isTrue();
        Answer typo = gateway().postJson("/v1/containers", with(idle(), "resources", Map.of("memroy", "512m")));
        refused(typo, "UNKNOWN_FIELD", "resources.memroy");
        refused(gateway().postJson("/v1/containers", with(idle(), "imgae", "x")), "UNKNOWN_FIELD", "imgae");
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of(
                        "name", "no spaces",
                        "pull", "sometimes",
                        "env", Map.of("A=B", "c"))
                .entrySet()) {
            Answer answer = gateway().postJson("/v1/containers", with(idle(), wrong.getKey(), wrong.getValue()));
            assertThat(text(
                            problem(answer, 400, "validation_error", text(answer.json(), "code"))
                                    .required("details"),
                            "field"))
                    .isEqualTo(wrong.getKey());
        }
        Answer port = gateway().postJson("/v1/containers", with(idle(), "ports", List.of(Map.of("container", 70_000))));
        assertThat(port.json().at("/details/field").asString()).isEqualTo("ports[0].container");
        problem(
                gateway().postJson("/v1/containers", with(idle(), "engine", "nowhere")),
                404,
                "not_found",
                "NO_SUCH_ENGINE");
    }

    @Test
    default void aFieldThatTheEngineCannotDoIsRefusedBeforeAnythingIsMade() {
        boolean projects = has("projects");
        String field = projects ? "hostname" : "project";
        Answer answer = gateway().postJson("/v1/containers", with(idle(), field, "default"));

        JsonNode details =
                problem(answer, 501, "unsupported", text(answer.json(), "code")).required("details");
        assertThat(text(details, "field")).isEqualTo(field);
        assertThat(text(details, "capability")).isEqualTo(projects ? "hostname" : "projects");
        assertThat(ok(gateway().get("/v1/containers?" + made().filter())).required("containers"))
                .isEmpty();
    }
}
