package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real daemon that the gateway is told nothing of but this description. */
@RequiresLab("docker")
class DescribedEngineIT {
    private static final String SPEC = """
            swagger: "2.0"
            info: { title: Docker in part, version: "1.41" }
            basePath: /v1.41
            consumes: [application/json]
            produces: [application/json]
            paths:
              /info:
                get: { operationId: Info, responses: { 200: { description: ok } } }
              /volumes/create:
                post:
                  operationId: VolumeMake
                  parameters: [ { name: body, in: body, required: true, schema: { type: object } } ]
                  responses: { 201: { description: made } }
              /volumes/{name}:
                get:
                  operationId: VolumeShow
                  parameters: [ { name: name, in: path, required: true, type: string } ]
                  responses: { 200: { description: ok } }
                delete:
                  operationId: VolumeDrop
                  parameters:
                    - { name: name, in: path, required: true, type: string }
                    - { name: force, in: query, type: boolean }
                  responses: { 204: { description: gone } }
              /session:
                post:
                  operationId: Session
                  x-roadstead-streaming: hijack
                  responses: { 101: { description: upgraded } }
            """;
    private static final String OPS = "/v1/engines/part/native/ops/";
    private static final String VOLUME = "roadstead-test-described";

    @TempDir
    private Path folder;

    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = RunningGateway.start(
                Map.of("part", Lab.docker().toString()),
                "roadstead.engines.part.kind=openapi",
                "roadstead.engines.part.spec=" + Files.writeString(folder.resolve("part.yaml"), SPEC));
    }

    @AfterEach
    void stop() {
        gateway.postJson(OPS + "VolumeDrop", "{'params':{'name':'%s','force':true}}".formatted(VOLUME));
        gateway.close();
    }

    @Test
    void itIsUpAndItsOperationsDoWhatTheyDoDirectly() {
        JsonNode engine = gateway.get("/v1/engines/part").json();
        assertThat(engine.path("status").asString()).isEqualTo("up");
        assertThat(gateway.postJson(OPS + "Info", "{}")
                        .json()
                        .path("ServerVersion")
                        .asString())
                .isNotEmpty();

        RunningGateway.Answer made = gateway.postJson(OPS + "VolumeMake", "{'data':{'Name':'%s'}}".formatted(VOLUME));
        assertThat(made.status()).isEqualTo(201);
        String named = "{'params':{'name':'%s'}}".formatted(VOLUME);
        assertThat(gateway.postJson(OPS + "VolumeShow", named)
                        .json()
                        .path("Name")
                        .asString())
                .isEqualTo(VOLUME);
        assertThat(gateway.postJson(OPS + "VolumeDrop", named).status()).isEqualTo(204);
        assertThat(gateway.postJson(OPS + "VolumeShow", named).status()).isEqualTo(404);
    }
}
