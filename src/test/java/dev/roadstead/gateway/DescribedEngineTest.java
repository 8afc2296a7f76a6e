package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.config.SettingsException;
import dev.roadstead.engine.Capability;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** An engine of which the gateway knows nothing but the description of its API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescribedEngineTest {
    private static final String SPEC = """
            openapi: 3.0.3
            info: { title: Boats, version: "2.1" }
            servers: [ { url: "https://boats.example.com/api/{edition}/", variables: { edition: { default: v2 } } } ]
            paths:
              /boats:
                get:
                  operationId: BoatList
                  parameters:
                    - { name: ids, in: query, style: form, explode: false, schema: { type: array, items: { type: string } } }
                    - { name: tags, in: query, schema: { type: array, items: { type: string } } }
                  responses: { "200": { description: ok } }
                post:
                  operationId: BoatBuild
                  requestBody: { required: true, content: { application/json: { schema: { type: object } } } }
                  responses: { "201": { description: built } }
              /boats/{name}/hull:
                put:
                  operationId: HullPut
                  requestBody: { content: { application/octet-stream: { schema: { type: string, format: binary } } } }
                  responses: { "204": { description: ok } }
              /boats/{name}/bilge:
                post:
                  operationId: BilgePump
                  x-roadstead-streaming: hijack
                  responses: { "101": { description: upgraded } }
              /harbour/keys:
                get: { operationId: KeyList, responses: { "200": { description: ok } } }
            """;
    private static final String OPS = "/v1/engines/boats/native/ops";

    @TempDir
    private static Path folder;

    private ScriptedServer server;
    private RunningGateway gateway;

    @BeforeAll
    void start() throws IOException {
        server = ScriptedServer.onTcp();
        server.on("GET /", Script.answer(404, "text/html", "<p>no page"));
        gateway = RunningGateway.start(
                Map.of("boats", server.uri().toString(), "demo", "simulated:///?containers=1"),
                "roadstead.monitoring.interval=1h",
                "roadstead.default-engine=demo",
                "roadstead.engines.boats.kind=openapi",
                "roadstead.engines.boats.spec=" + Files.writeString(folder.resolve("boats.yaml"), SPEC),
                "roadstead.engines.boats.native-access.deny=* /api/*/harbour/**");
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        server.close();
    }

    @Test
    void itIsUpIfItAnswersAtAllAndOffersNativeAccessAndNothingElse() {
        JsonNode engine = gateway.get("/v1/engines/boats").json();

        assertThat(engine.path("status").asString()).isEqualTo("up");
        assertThat(engine.path("kind").asString()).isEqualTo("openapi");
        for (Capability capability : Capability.values()) {
            JsonNode told = engine.path("capabilities").path(capability.word());
            assertThat(told.path("support").asString())
                    .as(capability.word())
                    .isEqualTo(capability == Capability.NATIVE ? "native" : "unsupported");
            assertThat(told.path("reason").asString("").isEmpty()).isEqualTo(capability == Capability.NATIVE);
        }
    }

    @Test
    void whatTheUnifiedApiAsksOfItIsRefusedAndListsDoNotMissIt() {
        RunningGateway.Answer refused = gateway.get("/v1/containers/boats:web");
        assertThat(refused.status()).isEqualTo(501);
        assertThat(refused.json().path("details").path("capability").asString()).isEqualTo("containers");
        assertThat(gateway.get("/v1/engines/boats/images").status()).isEqualTo(501);
        assertThat(gateway.postJson("/v1/containers", "{'engine':'boats','image':'x'}")
                        .status())
                .isEqualTo(501);

        for (String list : List.of("containers", "images", "volumes", "networks")) {
            RunningGateway.Answer all = gateway.get("/v1/" + list);
            assertThat(all.status()).as(list).isEqualTo(200);
            assertThat(all.json().path("warnings").isEmpty()).as(all.text()).isTrue();
        }
        assertThat(gateway.get("/v1/containers/c00000000-0000-4000-8000-000000000000")
                        .status())
                .as("a container that is nowhere")
                .isEqualTo(404);
    }

    @Test
    void itsOperationsAreToldAsItsDescriptionHasThem() {
        JsonNode categories = gateway.get("/v1/engines/boats/native/categories").json();
        assertThat(categories.path("version").asString()).isEqualTo("2.1");
        assertThat(categories.path("categories").toString()).isEqualTo("[\"boats\",\"harbour\"]");
        JsonNode list = gateway.get(OPS + "/BoatList?version=v2.1").json();
        assertThat(list.path("params").path(0).path("array_form").asString()).isEqualTo("csv");
        assertThat(list.path("params").path(1).path("array_form").asString()).isEqualTo("multi");
        assertThat(gateway.get(OPS + "/BilgePump").json().path("streaming").asString())
                .isEqualTo("hijack");
        assertThat(gateway.get(OPS + "/BoatList?version=1.0")
                        .json()
                        .path("code")
                        .asString())
                .isEqualTo("NO_SUCH_VERSION");
    }

    @Test
    void itsOperationsAreCalledBelowThePathOfItsServer() {
        server.on("GET /api/v2/boats", Script.json(200, "[1]"));
        server.on("POST /api/v2/boats", Script.json(201, "{}"));

        RunningGateway.Answer list =
                gateway.postJson(OPS + "/BoatList", "{'params':{'ids':['a','b, c'],'tags':['x','y']}}");
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.text()).isEqualTo("[1]");
        RunningGateway.Answer built = gateway.postJson(OPS + "/BoatBuild", "{'data':{'masts':2}}");
        assertThat(built.status()).isEqualTo(201);

        assertThat(server.requests())
                .extracting(request -> request.method() + " " + request.target())
                .contains("GET /api/v2/boats?ids=a,b%2C%20c&tags=x&tags=y", "POST /api/v2/boats");
    }

    @Test
    void aRawBodyIsSentAsItIs() {
        server.on("PUT /api/v2/boats/tub%2F1/hull", Script.empty(204));

        RunningGateway.Answer put = gateway.send(gateway.request(
                "POST",
                OPS + "/HullPut?name=tub%2F1",
                BodyPublishers.ofString("oak"),
                "Content-Type",
                "application/octet-stream"));

        assertThat(put.status()).isEqualTo(204);
    }

    @Test
    void rulesHoldForItAsForEveryOther() {
        assertThat(gateway.postJson(OPS + "/KeyList", "{}").json().path("code").asString())
                .isEqualTo("NATIVE_DENIED");
        assertThat(gateway.postJson(
                                "/v1/engines/boats/native/request", "{'method':'GET','path':'/api/v2/harbour/keys'}")
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"401, untrusted", "403, untrusted", "503, degraded"})
    void whatItAnswersAtItsRootTellsItsStatus(int answer, String status) throws IOException {
        try (ScriptedServer other = ScriptedServer.onUnixSocket()) {
            other.otherwise(Script.json(answer, "{}"));
            try (RunningGateway there = start(other, SPEC)) {
                assertThat(there.get("/v1/engines/boats").json().path("status").asString())
                        .isEqualTo(status);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ not: [yaml | neither YAML nor JSON",
                "title: Boats | no description of an API",
                "openapi: 3.0.3 | it describes no operation"
            })
    void aDescriptionThatIsNoneStopsTheStartAndNamesItsKey(String spec, String told) {
        assertThatThrownBy(() -> start(server, spec))
                .hasStackTraceContaining(SettingsException.class.getName())
                .hasStackTraceContaining("roadstead.engines.boats.spec")
                .hasStackTraceContaining(told);
    }

    @Test
    void aDescriptionThatIsMissingOrOfAnotherKindOfEngineStopsTheStart() {
        String uri = server.uri().toString();
        assertThatThrownBy(() -> RunningGateway.start(Map.of("boats", uri), "roadstead.engines.boats.kind=openapi"))
                .hasStackTraceContaining("roadstead.engines.boats.spec: is missing");
        assertThatThrownBy(() -> RunningGateway.start(
                        Map.of("boats", uri),
                        "roadstead.engines.boats.kind=openapi",
                        "roadstead.engines.boats.spec=" + folder.resolve("nowhere.yaml")))
                .hasStackTraceContaining("roadstead.engines.boats.spec: " + folder.resolve("nowhere.yaml"));
        assertThatThrownBy(() -> RunningGateway.start(
                        Map.of("boats", uri), "roadstead.engines.boats.spec=" + folder.resolve("boats.yaml")))
                .hasStackTraceContaining("only with the kind openapi");
    }

    private RunningGateway start(ScriptedServer at, String spec) throws IOException {
        return RunningGateway.start(
                Map.of("boats", at.uri().toString()),
                "roadstead.engines.boats.kind=openapi",
                "roadstead.engines.boats.spec="
                        + Files.writeString(Files.createTempFile(folder, "boats", ".yaml"), spec));
    }
}
