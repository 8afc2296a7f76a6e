package dev.roadstead.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.EventMapping;
import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The daemon's events in our words. */
class DockerEventMappingTest {
    private static final JsonMapper JSON = DockerWire.mapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    @Test
    void aRecordedLifeIsToldInUnifiedWords() {
        assertThat(recorded().stream()
                        .filter(event -> event.type().equals("container"))
                        .map(EngineEvent::action))
                .containsExactly(
                        "create", "start", "exec", "health", "exec", "exec", "pause", "unpause", "rename", "update",
                        "kill", "die", "stop", "start", "restart", "kill", "die", "remove");
    }

    @Test
    void labelsAreApartFromTheFactsOfTheDaemon() {
        assertThat(recorded().stream().filter(event -> event.type().equals("container")))
                .allSatisfy(event -> {
                    assertThat(event.labels()).isEqualTo(Map.of("a", "b"));
                    assertThat(event.attributes()).containsEntry("image", "busybox:latest");
                    assertThat(event.name()).startsWith("s3ev");
                });
        EngineEvent die = first("die");
        assertThat(die.attributes()).containsEntry("exit_code", "3");
        assertThat(die.time()).isEqualTo(Instant.ofEpochSecond(1_795_455_812L, 4_953_091));
        assertThat(first("rename").attributes()).containsEntry("old_name", "s3ev-31206");
        assertThat(first("kill").attributes()).containsEntry("signal", "TERM");
        assertThat(first("health").attributes()).containsEntry("status", "healthy");
        assertThat(first("exec").attributes())
                .containsEntry("command", "/bin/sh -c true")
                .containsKey("exec_id");
    }

    @Test
    void aLabelThatIsCalledLikeAFactStaysALabel() {
        EngineEvent start = Objects.requireNonNull(event("""
                {"Type":"container","Action":"start","timeNano":1,
                 "Actor":{"ID":"abc","Attributes":{"name":"web","exitCode":"7","signal":"x","oldName":"/y"}}}"""));
        assertThat(start.labels()).isEqualTo(Map.of("exitCode", "7", "signal", "x", "oldName", "/y"));
        assertThat(start.attributes()).isEmpty();
    }

    @Test
    void volumesNetworksAndImagesAreToldByTheirNames() {
        List<EngineEvent> others = recorded().stream()
                .filter(event -> !event.type().equals("container"))
                .toList();
        assertThat(others.stream()
                        .map(event -> "%s %s %s".formatted(event.type(), event.action(), event.name()))
                        .distinct())
                .containsExactly(
                        "volume create s3ev-vol",
                        "network connect bridge",
                        "volume mount s3ev-vol",
                        "network disconnect bridge",
                        "volume unmount s3ev-vol",
                        "image tag s3ev:one",
                        "image untag null",
                        "network create s3ev-net",
                        "network remove s3ev-net",
                        "volume remove s3ev-vol");
        assertThat(others)
                .filteredOn(event -> event.action().equals("mount"))
                .allSatisfy(
                        mount -> assertThat(mount.attributes()).containsKeys("container", "destination", "read_write"));
    }

    @Test
    void anEventOfANewerDaemonWithoutTheOldFieldsIsRead() {
        EngineEvent pull = Objects.requireNonNull(event("""
                {"Type":"image","Action":"pull","scope":"local","time":1795455812,"news":1,
                 "Actor":{"ID":"busybox:latest","Attributes":{"name":"busybox"}}}"""));
        assertThat(pull.name()).isEqualTo("busybox:latest");
        assertThat(pull.time()).isEqualTo(Instant.ofEpochSecond(1_795_455_812L));
        assertThat(pull.original()).containsEntry("news", 1);
    }

    @Test
    void whatOnlyLooksIsNoNews() {
        for (String action : List.of("exec_create: sh", "exec_die", "top", "archive-path", "attach", "resize")) {
            assertThat(event("{\"Type\":\"container\",\"Action\":\"%s\",\"timeNano\":1}".formatted(action)))
                    .as(action)
                    .isNull();
        }
        assertThat(event("{\"Type\":\"daemon\",\"Action\":\"reload\",\"timeNano\":1}"))
                .isNotNull();
    }

    @Test
    void aPruneIsAboutNoObjectAndTellsWhatItReclaimed() {
        for (String type : List.of("container", "network", "volume", "image")) {
            EngineEvent prune = Objects.requireNonNull(event("""
                    {"status":"prune","Type":"%s","Action":"prune","Actor":{"ID":"","Attributes":{"reclaimed":"12"}},
                     "scope":"local","time":1795462358,"timeNano":1795462358696311313}""".formatted(type)));
            assertThat(prune.action()).isEqualTo("prune");
            assertThat(prune.id()).as(type).isNull();
            assertThat(prune.name()).as(type).isNull();
            assertThat(prune.labels()).as(type).isEmpty();
            assertThat(prune.attributes()).as(type).isEqualTo(Map.of("reclaimed", "12"));
        }
    }

    @Test
    void anEventWithoutTypeActionOrTimeIsNonsense() {
        for (String json : List.of(
                "{\"Action\":\"start\",\"timeNano\":1}",
                "{\"Type\":\"container\",\"timeNano\":1}",
                "{\"Type\":\"container\",\"Action\":\"start\"}")) {
            assertThatThrownBy(() -> event(json)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static EngineEvent first(String action) {
        return recorded().stream()
                .filter(event -> event.action().equals(action))
                .findFirst()
                .orElseThrow();
    }

    private static List<EngineEvent> recorded() {
        return Recorded.lines("events.ndjson").stream()
                .map(DockerEventMappingTest::event)
                .filter(Objects::nonNull)
                .toList();
    }

    private static @Nullable EngineEvent event(String json) {
        return new EventMapping(DockerEvents.OWN)
                .event(JSON.readValue(json, DaemonWire.Event.class), JSON.readValue(json, MAP));
    }
}
