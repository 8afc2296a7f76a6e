package dev.roadstead.nativeaccess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.roadstead.catalog.ShippedCatalogs;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.NativeAccess;
import dev.roadstead.engine.NativeApi;
import dev.roadstead.engine.NativeRequest;
import dev.roadstead.nativeaccess.NativeOperations.Allowed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where parameters go. */
class NativeOperationsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final NativeRequest.Body NOTHING = new NativeRequest.Body.None();

    private final NativeOperations operations = new NativeOperations(new ShippedCatalogs(), Map.of(), Map.of());
    private final Engine docker = engine("docker", "1.41");
    private final Engine podman = engine("podman", "4.3.1");
    private final Engine lxd = engine("lxd", "5.0.2");

    @Test
    void parametersGoIntoPathAndQuery() {
        assertThat(target(docker, "ContainerLogs", "{'id':'web','stdout':true,'tail':5}"))
                .isEqualTo("/v1.41/containers/web/logs?stdout=true&tail=5");
    }

    @Test
    void anArrayRepeatsItsKeyAndAnObjectIsSentAsItsJson() {
        assertThat(target(docker, "ImageGetAll", "{'names':['a','b:1']}"))
                .isEqualTo("/v1.41/images/get?names=a&names=b%3A1");
        assertThat(target(docker, "ContainerList", "{'filters':{'label':['a=b']}}"))
                .isEqualTo("/v1.41/containers/json?filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D");
    }

    @Test
    void aNameWithSlashesKeepsThemForDockerAndPodmanAndIsEncodedForLxd() {
        assertThat(target(docker, "ImageInspect", "{'name':'registry:5000/team/app:1'}"))
                .isEqualTo("/v1.41/images/registry:5000/team/app:1/json");
        assertThat(target(podman, "ImageInspectLibpod", "{'name':'quay.io/team/app'}"))
                .isEqualTo("/v4.3.1/libpod/images/quay.io/team/app/json");
        assertThat(target(lxd, "instance_get", "{'name':'a/b'}")).isEqualTo("/1.0/instances/a%2Fb");
    }

    @Test
    void whatTheDescriptionFixedInTheQueryIsSentToo() {
        assertThat(target(lxd, "instances_get_recursion1", "{}")).isEqualTo("/1.0/instances?recursion=1");
    }

    @Test
    void aPathCannotBeLeftByAParameter() {
        for (String name : new String[] {"../swarm", "..", "a/../../swarm", "a//b", "a\r\nHost: b", "%2e%2e"}) {
            assertThatThrownBy(() -> target(docker, "ImageInspect", JSON.writeValueAsString(Map.of("name", name))))
                    .as(name)
                    .isInstanceOf(NativeRefusal.class);
        }
    }

    @Test
    void aHeaderParameterWithALineBreakIsRefused() {
        refused(docker, "ImageBuild", "{'Content-type':'application/x-tar\\r\\nX-Evil: 1'}", "INVALID_HEADER");
    }

    @Test
    void registryCredentialsComeInAnyFormAndGoInTheUrlSafeAlphabet() {
        String json = "{\"username\":\"ÿÿ>?\",\"password\":\"p\"}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        String urlSafe = Base64.getUrlEncoder().encodeToString(bytes);
        String plain = Base64.getEncoder().encodeToString(bytes);
        assertThat(plain).isNotEqualTo(urlSafe);

        for (Object given : new Object[] {urlSafe, plain, plain.replace("=", ""), json, JSON.readTree(json)}) {
            Allowed allowed = request(
                    docker,
                    "ImagePush",
                    Map.of("name", JSON.valueToTree("app"), "X-Registry-Auth", JSON.valueToTree(given)),
                    false);
            assertThat(allowed.request().headers()).containsEntry("X-Registry-Auth", urlSafe);
        }
    }

    @Test
    void credentialsThatMakeNoSenseAreRefusedWithoutBeingQuoted() {
        assertThatThrownBy(() -> target(docker, "ImagePush", "{'name':'app','X-Registry-Auth':'se cret!'}"))
                .isInstanceOf(NativeRefusal.class)
                .hasMessageNotContaining("cret");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> target(docker, "PutContainerArchive", "{}"))
                .isInstanceOfSatisfying(NativeRefusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo("MISSING_PARAMETERS");
                    assertThat(refusal.details().get("missing"))
                            .asString()
                            .contains("id")
                            .contains("path")
                            .contains("data");
                });
    }

    @Test
    void whatIsNotDeclaredIsRefusedAndSentOnlyIfThatIsWanted() {
        refused(docker, "ContainerList", "{'al':true}", "UNDECLARED_PARAMETERS");

        Allowed passed = request(docker, "ContainerList", values("{'al':true}"), true);
        assertThat(passed.request().target()).isEqualTo("/v1.41/containers/json?al=true");
        assertThat(passed.undeclared()).containsExactly("al");
    }

    @Test
    void aBodyThatIsNotDeclaredIsRefused() {
        assertThatThrownBy(() -> operations.request(
                        docker,
                        Objects.requireNonNull(operations
                                .operation(docker, null, "ContainerList")
                                .block(Duration.ofSeconds(10))),
                        new Invocation(
                                null,
                                Map.of(),
                                Map.of(),
                                new NativeRequest.Body.Bytes("application/json", new byte[2]),
                                false,
                                null)))
                .isInstanceOfSatisfying(
                        NativeRefusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("UNDECLARED_PARAMETERS"));
    }

    @Test
    void headersThatFrameAMessageAreRefused() {
        for (String name : new String[] {
            "Host", "Content-Length", "transfer-encoding", "Connection", "Upgrade", "Expect", "X-HTTP-Method-Override"
        }) {
            assertThatThrownBy(() ->
                            operations.request(docker, "GET", "/info", Map.of(), Map.of(name, "x"), NOTHING, null))
                    .as(name)
                    .isInstanceOfSatisfying(
                            NativeRefusal.class,
                            refusal -> assertThat(refusal.code()).isEqualTo("FORBIDDEN_HEADER"));
        }
        assertThatThrownBy(() -> operations.request(
                        docker, "GET", "/info", Map.of(), Map.of("X-A: b\r\nX-C", "x"), NOTHING, null))
                .isInstanceOf(NativeRefusal.class);
    }

    @Test
    void aRequestOfNoCatalogIsSentAsItIs() {
        Allowed allowed = operations.request(
                docker,
                "GET",
                "/v1.41/containers/web/checkpoints",
                values("{'dir':'/a b','x':['1','2']}"),
                Map.of(),
                NOTHING,
                null);

        assertThat(allowed.request().target()).isEqualTo("/v1.41/containers/web/checkpoints?dir=%2Fa%20b&x=1&x=2");
    }

    @Test
    void anotherMethodThanThoseOfHttpIsRefused() {
        for (String method : new String[] {"get", "CONNECT", "TRACE", "GET /x HTTP/1.1\r\nX: y", ""}) {
            assertThatThrownBy(() -> operations.request(docker, method, "/info", Map.of(), Map.of(), NOTHING, null))
                    .as(method)
                    .isInstanceOfSatisfying(
                            NativeRefusal.class,
                            refusal -> assertThat(refusal.code()).isEqualTo("INVALID_METHOD"));
        }
    }

    @Test
    void anUnknownOperationOrVersionIsTold() {
        refused(docker, "Nothing", "{}", "NO_SUCH_OPERATION");
        assertThatThrownBy(() -> operations.catalog(docker, "9.99").block(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        NativeRefusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("NO_SUCH_VERSION"));
    }

    private void refused(Engine engine, String id, String params, String code) {
        assertThatThrownBy(() -> target(engine, id, params))
                .isInstanceOfSatisfying(
                        NativeRefusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private String target(Engine engine, String id, String params) {
        return request(engine, id, values(params), false).request().target();
    }

    private Allowed request(Engine engine, String id, Map<String, JsonNode> params, boolean pass) {
        return operations.request(
                engine,
                Objects.requireNonNull(operations.operation(engine, null, id).block(Duration.ofSeconds(10))),
                new Invocation(null, params, Map.of(), NOTHING, pass, null));
    }

    private static Map<String, JsonNode> values(String json) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        JSON.readTree(json.startsWith("{\"") ? json : json.replace('\'', '"'))
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        return values;
    }

    private static Engine engine(String family, String version) {
        NativeAccess access = mock();
        when(access.api()).thenReturn(Mono.just(new NativeApi(family, version)));
        Engine engine = mock();
        when(engine.name()).thenReturn(new EngineName(family));
        when(engine.nativeAccess()).thenReturn(access);
        return engine;
    }
}
