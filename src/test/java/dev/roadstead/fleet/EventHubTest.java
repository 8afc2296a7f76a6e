package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import dev.roadstead.container.Cuid;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.testing.ContainerBuilder;
import dev.roadstead.testing.ScriptedEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** All followers are told everything; engines that come and go are followed again. */
class EventHubTest extends EventHubFixture {
    @Test
    void anEventIsToldToAllWhoFollowThoughTheEngineIsFollowedOnce() {
        started();
        List<List<ToldEvent>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(following(EventFilter.NONE));
        }
        tell("1", "create");
        pass(SETTLED);

        assertThat(all).allSatisfy(told -> assertThat(actions(told)).containsExactly("create"));
        assertThat(events.openings()).hasSize(1);
        assertThat(all.getFirst().getFirst().event().original()).containsEntry("ID", "1");
        assertThat(meters.get("roadstead.events").counter().count()).isEqualTo(1);
        assertThat(meters.get("roadstead.events.subscribers").gauge().value()).isEqualTo(300);
        assertThat(meters.get("roadstead.events.connected").gauge().value()).isEqualTo(1);
    }

    @Test
    void aContainerHasTheSameCuidFromItsBirthToItsRemoval() {
        Cuid own = Cuid.random();
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        for (String action : List.of("create", "start", "die", "remove")) {
            tell("made", action, Map.of(Labels.CUID, own.value()));
            tell("foreign", action);
        }
        pass(SETTLED);

        assertThat(told)
                .filteredOn(event -> named(event, "made"))
                .hasSize(4)
                .allSatisfy(event -> assertThat(event.event().cuid()).isEqualTo(own));
        assertThat(told)
                .filteredOn(event -> named(event, "foreign"))
                .hasSize(4)
                .allSatisfy(event -> assertThat(event.event().cuid()).isEqualTo(Cuid.derived("a", "foreign")));
    }

    @Test
    void ofThoseThatBearOneCuidTheOldestHasItAndKeepsItToItsEnd() {
        Cuid own = Cuid.random();
        Map<String, String> label = Map.of(Labels.CUID, own.value());
        listing(new ContainerBuilder("old").label(Labels.CUID, own.value()).build());
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        tell("copy", "create", label);
        tell("old", "remove", Map.of());
        tell("copy", "start", label);
        pass(SETTLED);

        assertThat(told).extracting(event -> event.event().cuid()).containsExactly(Cuid.derived("a", "copy"), own, own);
    }

    @Test
    void anEngineThatIsLostIsTriedAgainAtGrowingPauses() {
        started();
        events.refuse(gone());
        events.breakOff();
        pass(Duration.ofMinutes(5));

        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < openedAt.size(); i++) {
            pauses.add(openedAt.get(i) - openedAt.get(i - 1));
        }
        assertThat(pauses.getFirst()).isBetween(250L, SETTLED.toMillis() + 500L);
        assertThat(pauses.get(4)).isBetween(4_000L, 8_000L);
        assertThat(pauses.subList(7, pauses.size()))
                .allSatisfy(pause -> assertThat(pause).isBetween(15_000L, 30_000L));
        assertThat(meters.get("roadstead.events.connected").gauge().value()).isZero();

        events.refuse(null);
        pass(AWAY);
        assertThat(meters.get("roadstead.events.connected").gauge().value()).isEqualTo(1);
        events.breakOff();
        int before = openedAt.size();
        pass(Duration.ofMillis(501));
        assertThat(openedAt).as("the pauses begin anew").hasSize(before + 1);
    }

    @Test
    void aStreamThatOpensAndFailsAtOnceIsTriedAtGrowingPausesToo() {
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        for (int round = 0; round < 12; round++) {
            int before = openedAt.size();
            events.breakOff();
            for (int waited = 0; openedAt.size() == before && waited < 301; waited++) {
                pass(Duration.ofMillis(100));
            }
        }

        assertThat(openedAt).hasSize(13);
        assertThat(openedAt.getLast() - openedAt.get(11)).isBetween(15_000L, 30_100L);
        assertThat(actions(told)).hasSize(12).containsOnly("gap");

        pass(AWAY);
        events.breakOff();
        pass(Duration.ofMillis(501));
        assertThat(openedAt).as("one that has lasted is opened again at once").hasSize(14);
    }

    @Test
    void anEngineThatIsUpAgainIsFollowedAtOnceAndADeadConnectionIsNotTrusted() {
        started();
        engine.pinging(Mono.error(gone())).describing(Mono.error(gone()));
        observe();
        engine.pinging(Mono.just(Duration.ofMillis(1))).describing(new ScriptedEngine("b").describe());
        int before = openedAt.size();
        observe();
        pass(Duration.ofMillis(501));

        assertThat(openedAt).hasSize(before + 1);
        assertThat(events.closings()).isEqualTo(1);
    }

    @Test
    void aConnectionThatIsNewerThanTheOutageIsKept() {
        started();
        engine.pinging(Mono.error(gone())).describing(Mono.error(gone()));
        observe();
        now = NOW.plusSeconds(5);
        lose();
        engine.pinging(Mono.just(Duration.ofMillis(1))).describing(new ScriptedEngine("b").describe());
        observe();
        pass(SETTLED);

        assertThat(openedAt).hasSize(2);
    }

    @Test
    void whoFollowedBeforeTheEngineCouldBeIsToldOfTheGap() {
        events.refuse(gone());
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        events.refuse(null);
        pass(AWAY);

        assertThat(actions(told)).containsExactly("gap");
    }

    @Test
    void anEngineWithoutEventsIsSkippedUntilItHasThem() {
        events.refuse(new EngineException.Unsupported(Capability.EVENTS, "not in this version", Evidence.NONE));
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        pass(Duration.ofMinutes(10));
        assertThat(events.openings()).hasSizeBetween(10, 30);
        assertThat(told).isEmpty();
        assertThat(meters.get("roadstead.events.losses").counter().count()).isZero();

        events.refuse(null);
        pass(AWAY);
        tell("1", "create");
        pass(SETTLED);
        assertThat(actions(told)).containsExactly("gap", "create");
    }

    @Test
    void aSilentEngineDoesNotHoldUpWhoFollowsTheOthers() {
        ScriptedEngine silent = new ScriptedEngine("silent");
        when(silent.containers().list(any())).thenReturn(Mono.just(List.of()));
        started(EventHub.CAPACITY, silent, engine);
        List<ToldEvent> told = following(EventFilter.NONE);
        pass(Duration.ofSeconds(2));
        tell("1", "create");
        pass(SETTLED);

        assertThat(actions(told)).containsExactly("create");
    }
}
