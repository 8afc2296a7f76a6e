package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whoever follows the events of a real daemon comes to the right picture, though the connection to it was lost meanwhile. */
@RequiresLab("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsLostIT {
    /** More than the daemon remembers, with the two events of each. */
    private static final int MANY = 150;

    private CuttingProxy proxy;
    private RunningGateway gateway;
    private LabContainers containers;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("engine.sock");
        proxy = CuttingProxy.onUnixSocket(socket, Lab.docker());
        gateway = RunningGateway.start(
                Map.of("cut", "unix://" + socket, "direct", Lab.docker().toString()));
        containers = new LabContainers(gateway, "direct", "events");
    }

    @AfterEach
    void mend() {
        proxy.mend();
        containers.removeAll();
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        proxy.close();
    }

    @Test
    void whatHappenedDuringALossIsToldAfterwardsOnce() {
        containers.run("seen", "sleep 600");
        containers.run("ends", "sleep 600");
        try (EventText events = following()) {
            containers.run("before", "sleep 600");
            List<JsonNode> told = new ArrayList<>(upTo(events, "before", "start"));

            lose();
            remove("seen");
            remove("before");
            assertThat(gateway.post(path("ends") + "/kill").status()).isEqualTo(200);
            containers.run("during", "sleep 600");
            proxy.mend();
            told.addAll(upTo(events, "during", "start"));
            containers.run("after", "sleep 600");
            told.addAll(upTo(events, "after", "start"));

            assertThat(lives(told))
                    .containsEntry("before", List.of("create", "start", "kill", "die", "remove"))
                    .containsEntry("seen", List.of("kill", "die", "remove"))
                    .containsEntry("ends", List.of("kill", "die"))
                    .containsEntry("during", List.of("create", "start"))
                    .containsEntry("after", List.of("create", "start"));
            assertThat(told).filteredOn(EventsLostIT::isGap).hasSize(1).first().satisfies(gap -> {
                assertThat(text(gap, "engine")).isEqualTo("cut");
                assertThat(text(gap.required("attributes"), "from"))
                        .isLessThan(text(gap.required("attributes"), "until"));
            });
        }
    }

    @Test
    void whatTheDaemonForgotIsFoundByComparing() {
        containers.run("victim", "sleep 600");
        containers.run("bystander", "sleep 600");
        try (EventText events = following()) {
            lose();
            remove("victim");
            String made = containers.run("made", "sleep 600");
            // The daemon remembers its last 256 events.
            for (int i = 0; i < MANY; i++) {
                rename("bystander", "renamed");
                rename("renamed", "bystander");
            }
            proxy.mend();
            List<JsonNode> told = new ArrayList<>(upTo(events, "made", "start"));
            containers.run("after", "sleep 600");
            told.addAll(upTo(events, "after", "start"));
            remove("made");
            told.addAll(upTo(events, "made", "remove"));

            assertThat(told).filteredOn(EventsLostIT::isGap).hasSize(1);
            assertThat(lives(told))
                    .containsEntry("victim", List.of("die", "remove"))
                    .containsEntry("made", List.of("create", "start", "kill", "die", "remove"));
            assertThat(told)
                    .filteredOn(event -> name(event).equals("victim"))
                    .allSatisfy(event -> assertThat(
                                    event.at("/attributes/synthetic").asBoolean(false))
                            .isTrue());
            assertThat(told)
                    .filteredOn(event -> name(event).equals("made"))
                    .allSatisfy(event ->
                            assertThat(event.at("/attributes/id").asString()).isEqualTo(made))
                    .extracting(event -> text(event, "cuid"))
                    .containsOnly(text(
                            told.stream()
                                    .filter(event -> name(event).equals("made"))
                                    .findFirst()
                                    .orElseThrow(),
                            "cuid"));
        }
    }

    private EventText following() {
        return new EventText(
                gateway.open("/v1/events?engine=cut&type=container").body());
    }

    private void lose() {
        proxy.refuse(true);
        proxy.cut();
    }

    private void remove(String what) {
        assertThat(gateway.delete(path(what) + "?force=true").status()).isEqualTo(204);
    }

    private void rename(String from, String to) {
        Answer renamed = gateway.postJson(path(from) + "/rename", Map.of("name", containers.name(to)));
        assertThat(renamed.status()).as(renamed.text()).isEqualTo(200);
    }

    private String path(String what) {
        return "/v1/containers/direct:" + containers.name(what);
    }

    /** Ours and the gaps, up to one of ours. */
    private List<JsonNode> upTo(EventText events, String what, String action) {
        List<JsonNode> told = new ArrayList<>();
        while (told.isEmpty()
                || !name(told.getLast()).equals(what)
                || !text(told.getLast(), "action").equals(action)) {
            JsonNode event = events.next().json();
            if (isGap(event) || event.required("name").asString("").startsWith(containers.name(""))) {
                told.add(event);
            }
        }
        return told;
    }

    private String name(JsonNode event) {
        String whole = event.required("name").asString("");
        return whole.isEmpty() ? "" : whole.substring(containers.name("").length());
    }

    private static boolean isGap(JsonNode event) {
        return text(event, "action").equals("gap");
    }

    private Map<String, List<String>> lives(List<JsonNode> told) {
        Map<String, List<String>> lives = new LinkedHashMap<>();
        for (JsonNode event : told) {
            lives.computeIfAbsent(name(event), _ -> new ArrayList<>()).add(text(event, "action"));
        }
        return lives;
    }
}
