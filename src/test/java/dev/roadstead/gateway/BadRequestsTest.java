package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that makes no sense is refused in the contract's words, makes nothing, and harms nobody. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class BadRequestsTest {
    private static final String CONTAINERS = "/v1/containers";

    private ScriptedDaemon daemon;
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
        gateway = RunningGateway.start(
                Map.of("demo", "simulated:///", "docker", daemon.uri()),
                "roadstead.default-engine=demo",
                "roadstead.monitoring.interval=1h");
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        daemon.close();
    }

    @AfterEach
    void nothingWasMadeAndTheGatewayGoesOn() {
        Answer list = gateway.get("/v1/containers?engine=demo");
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.json().at("/containers").isEmpty()).as(list.text()).isTrue();
    }

    static Stream<Arguments> senselessCreates() {
        return Stream.of(
                create("", "INVALID_REQUEST", null),
                create("{'image':'busybox'", "BAD_JSON", null),
                create("{'image':'busybox'} {}", "BAD_JSON", null),
                create("{'image':'busybox','image':'alpine'}", "BAD_JSON", null),
                create("[]", "INVALID_VALUE", null),
                create("null", "INVALID_REQUEST", null),
                create("'busybox'", "INVALID_VALUE", null),
                create("{}", "MISSING_IMAGE", "image"),
                create("{'image':''}", "MISSING_IMAGE", "image"),
                create("{'image':7}", "INVALID_VALUE", "image"),
                create("{'image':'busybox','memroy':'1g'}", "UNKNOWN_FIELD", "memroy"),
                create("{'image':'busybox','resources':{'memroy':1}}", "UNKNOWN_FIELD", "resources.memroy"),
                create("{'image':'busybox','tty':'yes'}", "INVALID_VALUE", "tty"),
                create("{'image':'busybox','command':'sleep 1'}", "INVALID_VALUE", "command"),
                create("{'image':'busybox','env':['A=b']}", "INVALID_VALUE", "env"),
                create("{'image':'busybox','env':{'A':null}}", "INVALID_ENV_A", "env.A"),
                create("{'image':'busybox','resources':{'memory':'12 parsecs'}}", "INVALID_VALUE", "resources.memory"),
                create("{'image':'busybox','resources':{'memory':-5}}", "INVALID_RESOURCES_MEMORY", "resources.memory"),
                create("{'image':'busybox','resources':{'memory':1e400}}", "INVALID_VALUE", "resources.memory"),
                create("{'image':'busybox','resources':{'cpus':-1}}", "INVALID_RESOURCES_CPUS", "resources.cpus"),
                create(
                        "{'image':'busybox','ports':[{'container':70000}]}",
                        "INVALID_PORTS_CONTAINER",
                        "ports[0].container"),
                create(
                        "{'image':'busybox','ports':[{'container':80,'host':-1}]}",
                        "INVALID_PORTS_HOST",
                        "ports[0].host"),
                create("{'image':'busybox','ports':[{'container':80.5}]}", "INVALID_VALUE", "ports[0].container"),
                create("{'image':'busybox','name':'%s'}".formatted("x".repeat(300)), "INVALID_NAME", "name"),
                create("{'image':'busybox','name':'../../etc/passwd'}", "INVALID_NAME", "name"),
                create("{'image':'busybox','name':'a\\u0000b'}", "INVALID_NAME", "name"),
                create("{'image':'busy\\u0000box'}", "INVALID_IMAGE", "image"),
                create("{'image':'busybox','command':['a\\u0000']}", "INVALID_COMMAND", "command[0]"),
                create("{'image':'busybox','working_dir':'/a\\u0000'}", "INVALID_WORKING_DIR", "working_dir"),
                create("{'image':'busybox','user':'a\\u0000'}", "INVALID_USER", "user"),
                create("{'image':'busybox','hostname':'a\\u0000'}", "INVALID_HOSTNAME", "hostname"),
                create(
                        "{'image':'busybox','mounts':[{'type':'tmpfs','target':'/a\\u0000'}]}",
                        "INVALID_MOUNTS_TARGET",
                        "mounts[0].target"),
                create("{'image':'busybox','labels':{'dev.roadstead.cuid':'x'}}", "RESERVED_LABEL", "labels"),
                create(
                        "{'image':'busybox','native':%s1%s}".formatted("{'a':".repeat(5000), "}".repeat(5000)),
                        "BAD_JSON",
                        null));
    }

    private static Arguments create(String json, String code, String field) {
        return argumentSet(
                "create " + json.substring(0, Math.min(80, json.length())), json, code, field == null ? "" : field);
    }

    @ParameterizedTest
    @MethodSource("senselessCreates")
    void aSenselessCreateIsRefusedAndNamesTheField(String json, String code, String field) {
        Answer answer = gateway.postJson(CONTAINERS, json);
        assertProblem(answer, 400, "validation_error");
        assertThat(answer.json().at("/code").asString()).as(answer.text()).isEqualTo(code);
        if (!field.isEmpty()) {
            assertThat(answer.json().at("/details/field").asString()).isEqualTo(field);
        }
        assertThat(answer.text()).doesNotContain("dev.roadstead.api", "tools.jackson", "Exception");
    }

    @Test
    void anUnknownEngineIsNotFound() {
        assertCode(gateway.postJson(CONTAINERS, "{'image':'busybox','engine':'nowhere'}"), 404, "NO_SUCH_ENGINE");
        assertCode(gateway.get("/v1/engines/nowhere"), 404, "NO_SUCH_ENGINE");
        assertCode(gateway.get("/v1/containers?engine=nowhere"), 404, "NO_SUCH_ENGINE");
    }

    @Test
    void anImageThatDoesNotExistMakesNothing() {
        for (String pull : new String[] {"missing", "always", "never"}) {
            assertCode(
                    gateway.postJson(CONTAINERS, "{'image':'no/such:image','pull':'%s','start':true}".formatted(pull)),
                    404,
                    "NO_SUCH_IMAGE");
        }
    }

    @Test
    void aNameIsGivenOnce() {
        Answer first = gateway.postJson(CONTAINERS, "{'image':'busybox:latest','name':'twice'}");
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        try {
            Answer second = gateway.postJson(CONTAINERS, "{'image':'busybox:latest','name':'twice'}");
            assertCode(second, 409, "NAME_IN_USE");
            assertThat(second.json().at("/error").asString()).isEqualTo("conflict");
        } finally {
            gateway.delete(first.header("Location") + "?force=true");
        }
    }

    @Test
    void aBodyBeyondTheBoundIsTooLarge() {
        String large = "{'image':'busybox','env':{'A':'%s'}}".formatted("x".repeat(2_000_000));
        assertProblem(gateway.postJson(CONTAINERS, large), 413, "payload_too_large");
    }

    @Test
    void aBodyThatIsNoJsonByItsTypeIsRefused() {
        Answer answer = gateway.send(gateway.request("POST", CONTAINERS, BodyPublishers.ofString("image: busybox"))
                .header("Content-Type", "application/yaml"));
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void anIdempotencyKeyBeyondTheBoundIsRefused() {
        for (String key : new String[] {"k".repeat(256), "\u0001"}) {
            try (RawClient client = new RawClient(gateway)) {
                String body = "{\"image\":\"busybox\"}";
                client.request(
                        "POST " + CONTAINERS,
                        "Content-Type: application/json",
                        "Content-Length: " + body.length(),
                        "Idempotency-Key: " + key);
                client.send(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                assertThat(client.readHead()).startsWith("HTTP/1.1 400");
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a\tb",
                "\u00e9",
                "a\rSet-Cookie: evil=1",
                "a\u0000b",
                "<128 more",
                "${jndi:ldap://x}\u007f"
            })
    void anInsaneRequestIdIsReplacedOrRefusedButNeverEchoed(String id) throws IOException {
        String sent = id.equals("<128 more") ? "x".repeat(129) : id;
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET /healthz", "X-Request-Id: " + sent, "Connection: close");
            String answer = client.readAll();
            assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("Set-Cookie: evil", sent);
            assertThat(answer.substring(9, 12)).isIn("200", "400");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/containers/..%2F..%2Fversion",
                "/v1/containers/docker:..%2F..%2Fversion",
                "/v1/containers/docker:..%252F..%252Fversion",
                "/v1/containers/docker:%2e%2e",
                "/v1/containers/docker:web%2F..%2F..%2Fversion",
                "/v1/containers/docker:web%3Fsize=1",
                "/v1/containers/docker:web%0d%0aHost:%20evil",
                "/v1/containers/docker:web%00",
                "/v1/containers/docker:",
                "/v1/containers/:web",
                "/v1/containers/docker:%F0%9F%92%A3",
                "/v1/engines/..%2Fdocker",
                "/v1/engines/docker/volumes/..%2F..%2Fversion",
                "/v1/engines/docker/networks/..%2F..%2Fversion",
                "/v1/engines/docker/images/..%2F..%2Fversion",
                "/v1/../actuator/env",
                "/v1/..;/actuator/env",
                "/v1//containers//x",
                "/v1/operations/..%2F..",
                "/v1/containers/docker:web/archive?path=relative"
            })
    void aPathThatLeadsElsewhereLeadsNowhere(String path) throws IOException {
        int before = daemon.server().requests().size();
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + path, "Connection: close");
            String answer = client.readAll();
            assertThat(answer.substring(9, 12)).as(answer).isIn("400", "404");
        }
        // The gateway's own: which version, what time it is there, what happens.
        assertThat(daemon.server().requests().stream().skip(before).map(request -> request.target()))
                .allMatch(target -> target.matches("/version|/v1\\.41/info|/v1\\.41/events.*"));
    }

    @Test
    void aFilterWithoutAValueIsNoFault() {
        for (String filter : List.of("tag", "label", "engine", "kind", "status")) {
            assertThat(gateway.get("/v1/containers?" + filter).status())
                    .as(filter)
                    .isEqualTo(200);
        }
        assertThat(gateway.get("/v1/containers?managed").status()).isEqualTo(400);
    }

    @Test
    void whatIsNoHttpIsRefusedAndTheGatewayGoesOn() throws IOException {
        for (String noise :
                new String[] {"\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", "GET\r\n\r\n", "HELO mail\r\n\r\n"}) {
            try (RawClient client = new RawClient(gateway)) {
                client.send(noise.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                assertThat(client.readHead()).startsWith("HTTP/1.1 4");
            }
        }
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET /healthz", "X-Big: " + "x".repeat(100_000));
            assertThat(client.readHead()).startsWith("HTTP/1.1 4");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "cursor=nonsense",
                "sort=size",
                "status=asleep",
                "kind=vax",
                "managed=perhaps"
            })
    void aSenselessListParameterIsRefused(String query) {
        assertProblem(gateway.get("/v1/containers?" + query), 400, "validation_error");
    }

    private static void assertCode(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().at("/code").asString()).isEqualTo(code);
    }

    private static void assertProblem(Answer answer, int status, String error) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().at("/error").asString()).isEqualTo(error);
        assertThat(answer.json().at("/request_id").asString()).isEqualTo(answer.header("X-Request-Id"));
    }
}
