package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lifecycle events as LXD 5.0 tells them, in the unified words. */
class LxdEventMappingTest {
    private static final String TIME = "2026-11-23T21:36:13.935725707Z";
    private static final String WEB = "/1.0/instances/web";
    private static final Map<String, Object> SOMEBODY = Map.of("username", "root");

    @Test
    void oneEventMayMeanSeveralThings() {
        assertThat(actions("instance-created", WEB)).containsExactly("create");
        assertThat(actions("instance-stopped", WEB)).containsExactly("die", "stop");
        assertThat(actions("instance-restarted", WEB)).containsExactly("die", "start", "restart");
        assertThat(actions("instance-paused", WEB)).containsExactly("pause");
        assertThat(actions("instance-deleted", WEB)).containsExactly("remove");
    }

    @Test
    void whoEndsByItselfWasNotStopped() {
        assertThat(events("instance-shutdown", WEB, null, null))
                .extracting(EngineEvent::action)
                .containsExactly("die");
        assertThat(events("instance-shutdown", WEB, null, SOMEBODY))
                .extracting(EngineEvent::action)
                .containsExactly("die", "stop");
    }

    @Test
    void theSourceIsAnAddressWithItsProject() {
        EngineEvent event =
                events("instance-started", WEB + "?project=shop", null, null).getFirst();

        assertThat(event.id()).isEqualTo("shop.web");
        assertThat(event.name()).isEqualTo("web");
        assertThat(event.time()).isEqualTo(Instant.parse(TIME));
    }

    @Test
    void factsOfTheContextAreTold() {
        assertThat(events("instance-renamed", WEB, Map.of("old_name", "shop"), null)
                        .getFirst()
                        .attributes())
                .containsEntry("old_name", "shop");
        assertThat(events("instance-exec", WEB, Map.of("command", List.of("ls", "-l")), null)
                        .getFirst()
                        .attributes())
                .containsEntry("command", "ls -l");
    }

    @Test
    void volumesAreToldByTheirPlainNames() {
        EngineEvent event = events(
                        "storage-volume-created", "/1.0/storage-pools/p/volumes/custom/default_data", null, null)
                .getFirst();

        assertThat(event.type()).isEqualTo("volume");
        assertThat(event.action()).isEqualTo("create");
        assertThat(event.name()).isEqualTo("data");
    }

    @Test
    void whatTheGatewayCausesByLookingAndRootVolumesAreNoNews() {
        assertThat(actions("instance-file-retrieved", WEB)).isEmpty();
        assertThat(actions("instance-console", WEB)).isEmpty();
        assertThat(actions("storage-volume-created", "/1.0/storage-pools/p/volumes/container/web"))
                .isEmpty();
    }

    @Test
    void anEventThatSaysTooLittleIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> actions("instance-started", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LxdEventMapping.events(
                        new LxdWire.Event("lifecycle", "yesterday", null, null),
                        new LxdWire.Lifecycle("instance-started", WEB, null, null),
                        Map.of()));
    }

    private static List<String> actions(String action, String source) {
        return events(action, source, null, null).stream()
                .map(EngineEvent::action)
                .toList();
    }

    private static List<EngineEvent> events(
            String action,
            String source,
            @Nullable Map<String, Object> context,
            @Nullable Map<String, Object> requestor) {
        return LxdEventMapping.events(
                new LxdWire.Event("lifecycle", TIME, "default", null),
                new LxdWire.Lifecycle(action, source, context, requestor),
                Map.of("type", "lifecycle"));
    }
}
