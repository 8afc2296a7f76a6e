package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What a test class makes on the lab's Docker, named so that it is found again and removed at the end. */
final class LabContainers {
    private final String prefix;
    private final RunningGateway gateway;
    private final String engine;

    /** @param engine the gateway's name of the way to the engine that is never cut */
    LabContainers(RunningGateway gateway, String engine, String what) {
        this.prefix = "roadstead-test-%s-%s"
                .formatted(what, UUID.randomUUID().toString().substring(0, 8));
        this.gateway = gateway;
        this.engine = engine;
    }

    /** A name nobody else has. */
    String name(String what) {
        return prefix + "-" + what;
    }

    /** A running container; its id. */
    String run(String what, String command) {
        Answer made = gateway.postJson(
                "/v1/containers",
                "{'engine':'%s','name':'%s','image':'busybox:latest','pull':'never','start':true,'command':['sh','-c','%s']}"
                        .formatted(engine, name(what), command));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.json().at("/id").asString();
    }

    /** Names of those that are there. */
    Stream<String> present() {
        Answer list = gateway.get("/v1/containers?limit=1000&engine=" + engine);
        assertThat(list.json().at("/warnings").isEmpty()).as(list.text()).isTrue();
        return list.json()
                .at("/containers")
                .valueStream()
                .map((JsonNode container) -> container.at("/name").asString())
                .filter(name -> name.startsWith(prefix));
    }

    /** Removes them all. */
    void removeAll() {
        present().toList().forEach(name -> {
            Answer gone = gateway.delete("/v1/containers/%s:%s?force=true&volumes=true".formatted(engine, name));
            assertThat(gone.status()).as(gone.text()).isIn(204, 404);
        });
    }

    /** Removes an image, if it is there. */
    void removeImage(String reference) {
        Answer gone = gateway.delete(
                "/v1/engines/%s/images?force=true&ref=%s".formatted(engine, RunningGateway.encoded(reference)));
        assertThat(gone.status()).as(gone.text()).isIn(200, 204, 404);
    }

    /** Whether an image is there. */
    boolean hasImage(String reference) {
        return gateway.get("/v1/engines/%s/images?ref=%s".formatted(engine, RunningGateway.encoded(reference)))
                        .status()
                == 200;
    }
}
