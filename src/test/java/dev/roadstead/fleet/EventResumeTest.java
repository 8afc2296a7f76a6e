package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Cuid;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

/** Each follower reads at its own pace, what it wants, and goes on where it was. */
class EventResumeTest extends EventHubFixture {
    @Test
    void whoComesBackGoesOnBehindTheLastEventItSaw() {
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        tell("1", "create");
        tell("1", "start");
        tell("1", "die");
        pass(SETTLED);

        assertThat(actions(following(null, told.get(0).id()))).containsExactly("start", "die");
        assertThat(actions(following(null, told.get(2).id()))).isEmpty();
    }

    @Test
    void anIdFromBeforeARestartGivesAGapAndThenWhatThereIs() {
        started();
        List<ToldEvent> told = following(EventFilter.NONE);
        tell("1", "create");
        pass(SETTLED);
        String before = told.getFirst().id();
        hub().close();
        started();
        tell("2", "create");
        pass(SETTLED);

        List<ToldEvent> after = following(null, before);
        assertThat(actions(after)).containsExactly("gap", "create");
        assertThat(actions(following(null, after.getFirst().id())))
                .as("a gap's id is a place to go on from")
                .containsExactly("create");
    }

    @Test
    void aTimeReachesBackAsFarAsEventsAreKept() {
        started(3);
        List<ToldEvent> told = following(EventFilter.NONE);
        for (int i = 1; i <= 5; i++) {
            tell("1", "word" + i, NOW.plusSeconds(i));
        }
        pass(SETTLED);
        assertThat(told).hasSize(5);

        assertThat(actions(following(NOW.plusSeconds(4), null))).containsExactly("word4", "word5");
        assertThat(actions(following(NOW.plusSeconds(1), null))).containsExactly("gap", "word3", "word4", "word5");
        assertThat(actions(following(NOW.plusSeconds(9), null))).isEmpty();
        assertThat(actions(following(null, told.get(0).id()))).containsExactly("gap", "word3", "word4", "word5");
        assertThat(actions(following(null, told.get(1).id()))).containsExactly("word3", "word4", "word5");
    }

    @Test
    void whoIsTooSlowIsToldSoAndHoldsNobodyUp() {
        started(10);
        Slow slow = new Slow();
        opened(null, null).items().subscribe(slow);
        followers.add(slow);
        slow.request(1);
        List<ToldEvent> quick = following(EventFilter.NONE);
        for (int i = 0; i < 1000; i++) {
            tell("1", "word" + i);
            pass(Duration.ofMillis(1));
        }
        assertThat(quick).hasSize(1000);
        assertThat(slow.seen).hasSize(1);
        slow.request(Long.MAX_VALUE);
        pass(SETTLED);

        List<String> seen = actions(slow.seen);
        assertThat(seen).containsOnlyOnce("gap").endsWith("word998", "word999");
        int gap = seen.indexOf("gap");
        assertThat(slow.seen.get(gap).event().attributes()).containsEntry("missed", 1000L - (seen.size() - 1));
        assertThat(slow.seen.get(gap).event().engine()).isNull();
    }

    @Test
    void filtersAreCombinedByAndTheirValuesByOr() {
        started();
        List<ToldEvent> byAction = following(new EventFilter(Set.of(), Set.of(), Set.of("start", "die"), Set.of()));
        List<ToldEvent> byBoth = following(
                new EventFilter(Set.of("a"), Set.of("container"), Set.of("die"), Set.of(Cuid.derived("a", "1"))));
        List<ToldEvent> byType = following(new EventFilter(Set.of(), Set.of("image"), Set.of(), Set.of()));
        for (String id : List.of("1", "2")) {
            for (String action : List.of("create", "start", "die")) {
                tell(id, action);
            }
        }
        lose();
        pass(SETTLED);

        assertThat(actions(byAction).subList(0, 4)).containsExactly("start", "die", "start", "die");
        assertThat(actions(byBoth)).as("a gap is told to all").containsExactly("die", "gap");
        assertThat(actions(byType)).containsExactly("gap");
    }

    @Test
    void anUnknownEngineIsRefused() {
        started();
        StepVerifier.create(hub().open(new EventFilter(Set.of("b"), Set.of(), Set.of(), Set.of()), null, null))
                .verifyError(EngineException.NotFound.class);
    }

    @Test
    void aClosedStreamEndsAndAClosedHubFollowsNobody() {
        started();
        EngineStream<ToldEvent> stream = opened(null, null);
        StepVerifier.create(stream.items()).then(stream::close).verifyComplete();
        assertThat(meters.get("roadstead.events.subscribers").gauge().value()).isZero();
        hub().close();
        assertThat(events.closings()).isEqualTo(1);
        pass(AWAY);
        assertThat(events.openings()).hasSize(1);
    }

    private static final class Slow extends BaseSubscriber<ToldEvent> {
        private final List<ToldEvent> seen = new ArrayList<>();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // Asks when the test says so.
        }

        @Override
        protected void hookOnNext(ToldEvent event) {
            seen.add(event);
        }
    }
}
