package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.testing.ContainerBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What happened while an engine was not heard is told afterwards: as it remembers it, or as a comparison shows; nothing twice. */
class EventLossTest extends EventHubFixture {
    @Test
    void afterALossThereIsAGapAndWhatTheEngineRemembersIsToldOnce() {
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        tell("1", "create", NOW.plusSeconds(10));
        tell("1", "start", NOW.plusSeconds(20));
        listing(container("1", ContainerStatus.STOPPED));
        interrupt();
        assertThat(events.openings().getLast()).isEqualTo(NOW.plusSeconds(19));
        tell("1", "start", NOW.plusSeconds(20));
        tell("1", "die", NOW.plusSeconds(30));
        tell("1", "die", NOW.plusSeconds(30));
        pass(SETTLED);

        assertThat(actions(told)).containsExactly("create", "start", "gap", "die");
        FleetEvent gap = told.get(2).event();
        assertThat(gap.isGap()).isTrue();
        assertThat(gap.engine()).isEqualTo(engine.name());
        assertThat(gap.attributes()).containsKeys("from", "until");
        assertThat(events.closings()).isEqualTo(1);
    }

    @Test
    void whatTheEngineForgotIsFoundByComparing() {
        listing(
                container("ran", ContainerStatus.RUNNING),
                container("lay", ContainerStatus.STOPPED),
                container("ends", ContainerStatus.RUNNING),
                container("begins", ContainerStatus.STOPPED),
                container("stays", ContainerStatus.RUNNING),
                container("renamed", ContainerStatus.STOPPED));
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        listing(
                container("ends", ContainerStatus.STOPPED),
                container("begins", ContainerStatus.RUNNING),
                container("stays", ContainerStatus.RUNNING),
                new ContainerBuilder("renamed")
                        .name("anew")
                        .status(ContainerStatus.STOPPED)
                        .build(),
                container("new", ContainerStatus.CREATED),
                container("new-and-runs", ContainerStatus.RUNNING));
        lose();

        assertThat(actions(told.subList(0, 1))).containsExactly("gap");
        assertThat(told.subList(1, told.size()))
                .extracting(event -> event.event().attributes().get("id") + " "
                        + event.event().action())
                .containsExactlyInAnyOrder(
                        "ran die",
                        "ran remove",
                        "lay remove",
                        "ends die",
                        "begins start",
                        "renamed rename",
                        "new create",
                        "new-and-runs create",
                        "new-and-runs start")
                .containsSubsequence("ran die", "ran remove")
                .containsSubsequence("new-and-runs create", "new-and-runs start");
        assertThat(told.subList(1, told.size())).allSatisfy(event -> {
            assertThat(event.event().attributes()).containsEntry("synthetic", true);
            assertThat(event.event().cuid()).isNotNull();
            assertThat(event.event().original()).isNull();
        });
    }

    @Test
    void whatWasFoundByComparingIsNotToldAgainWhenItsEventComesLate() {
        listing(container("gone", ContainerStatus.RUNNING), container("ended", ContainerStatus.RUNNING));
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        listing(container("new", ContainerStatus.RUNNING), container("ended", ContainerStatus.STOPPED));
        lose();
        for (String action : List.of("create", "start")) {
            tell("new", action);
        }
        for (String action : List.of("die", "remove")) {
            tell("gone", action);
        }
        tell("ended", "die");
        pass(SETTLED);
        assertThat(told)
                .hasSize(1 + 5)
                .filteredOn(event -> event.event().original() != null)
                .isEmpty();

        for (String action : List.of("start", "die", "remove")) {
            tell("ended", action, NOW.plusSeconds(60));
        }
        pass(SETTLED);
        assertThat(actions(told.subList(6, 9))).containsExactly("start", "die", "remove");
    }

    @Test
    void aListThatIsOlderThanAnEventDoesNotContradictIt() {
        listing(container("old", ContainerStatus.RUNNING));
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        Sinks.One<List<Container>> slow = Sinks.one();
        when(engine.containers().list(any())).thenReturn(slow.asMono());
        lose();
        tell("new", "create");
        tell("new", "start");
        tell("old", "die");
        tell("old", "remove");
        slow.tryEmitValue(List.of(container("old", ContainerStatus.RUNNING))).orThrow();
        pass(SETTLED);

        assertThat(actions(told)).containsExactly("gap", "create", "start", "die", "remove");
        tell("new", "die");
        tell("new", "remove");
        pass(SETTLED);
        assertThat(actions(told).subList(5, 7)).containsExactly("die", "remove");
    }

    @Test
    void whereTheEngineRemembersOnlyTheEndOfALifeItsBeginningIsToldFirst() {
        listing(container("known", ContainerStatus.RUNNING));
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        when(engine.containers().list(any())).thenReturn(Mono.never());
        lose();
        tell("unknown", "die");
        tell("known", "start");
        pass(SETTLED);

        assertThat(told)
                .extracting(event -> event.event().attributes().get("id") + " "
                        + event.event().action())
                .containsExactly(
                        "null gap", "unknown create", "unknown start", "unknown die", "known die", "known start");
    }

    @Test
    void whatIsRemovedWhileItRunsHasEndedBefore() {
        listing(container("1", ContainerStatus.RUNNING));
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        tell("1", "remove");
        tell("1", "die");
        pass(SETTLED);

        assertThat(actions(told)).containsExactly("die", "remove");
    }

    @Test
    void anEventThatIsNotUnderstoodIsAGapAndTheOthersAreTold() {
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        tell("1", "create", NOW.plusSeconds(10));
        events.tell(EngineEvent.unreadable("time is missing"));
        tell("1", "start", NOW.plusSeconds(20));
        pass(SETTLED);

        assertThat(actions(told)).containsExactly("create", "gap", "start");
        assertThat(told.get(1).event().isGap()).isTrue();
        assertThat(events.openings()).hasSize(1);
        interrupt();
        assertThat(events.openings().getLast()).isEqualTo(NOW.plusSeconds(19));
    }

    @Test
    void whatCannotBeReadIsNotAskedForAgain() {
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        tell("1", "create", NOW.plusSeconds(10));
        now = NOW.plusSeconds(30);
        events.fail("ENGINE_NONSENSE");
        pass(Duration.ofMillis(501));
        assertThat(events.openings()).hasSize(2);
        assertThat(events.openings().getLast()).as("only what comes").isNull();

        events.breakOff();
        pass(SETTLED);
        assertThat(events.openings().getLast()).isEqualTo(NOW.plusSeconds(30));
        assertThat(actions(told)).startsWith("create", "gap");
    }

    @Test
    void aListThatFailsIsAskedForAgain() {
        listing(container("1", ContainerStatus.STOPPED));
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        when(engine.containers().list(any())).thenReturn(Mono.error(gone()));
        lose();
        pass(Duration.ofSeconds(20));
        listing();
        pass(Duration.ofMinutes(1));

        assertThat(actions(told)).containsExactly("gap", "remove");
    }
}
