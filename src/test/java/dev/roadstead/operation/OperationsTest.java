package dev.roadstead.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.operation.Operation.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class OperationsTest {
    private static final Duration RETENTION = Duration.ofHours(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T10:00:00Z"));
    private final Operations operations = new Operations(
            new Clock() {
                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now.get();
                }
            },
            RETENTION,
            3);

    @Test
    void workBeginsAtOnceAndItsEndIsKept() {
        TestPublisher<String> work = TestPublisher.create();
        Operation begun = operations.start("image.pull", List.of("/v1/x"), progress -> work.mono());

        work.assertWasSubscribed();
        assertThat(begun.status()).isEqualTo(Status.RUNNING);
        assertThat(begun.resources()).containsExactly("/v1/x");
        work.emit("done");

        assertThat(status(begun)).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void workThatIsDoneAtOnceIsToldSo() {
        assertThat(operations.start("a", List.of(), progress -> Mono.empty()).status())
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void progressIsToldToThoseWhoWatch() {
        AtomicReference<Progress> told = new AtomicReference<>();
        TestPublisher<String> work = TestPublisher.create();
        Operation begun = operations.start("a", List.of(), progress -> {
            told.set(progress);
            return work.mono();
        });

        StepVerifier.create(operations.watch(begun.id()))
                .expectNextMatches(seen -> seen.progress().isEmpty())
                .then(() -> told.get().report(Map.of("current", 5)))
                .expectNextMatches(seen -> seen.progress().equals(Map.of("current", 5)))
                .then(() -> told.get().resources(List.of("/v1/made")))
                .expectNextMatches(seen -> seen.resources().equals(List.of("/v1/made")))
                .then(work::complete)
                .expectNextMatches(seen ->
                        seen.status() == Status.SUCCEEDED && seen.progress().equals(Map.of("current", 5)))
                .verifyComplete();
    }

    @Test
    void aSlowWatcherSeesTheNewest() {
        AtomicReference<Progress> told = new AtomicReference<>();
        TestPublisher<String> work = TestPublisher.create();
        Operation begun = operations.start("a", List.of(), progress -> {
            told.set(progress);
            return work.mono();
        });

        StepVerifier.create(operations.watch(begun.id()), 1)
                .expectNextCount(1)
                .then(() -> {
                    for (int i = 1; i <= 10_000; i++) {
                        told.get().report(Map.of("current", i));
                    }
                    work.complete();
                })
                .thenRequest(1)
                .expectNextMatches(seen -> seen.status() == Status.SUCCEEDED)
                .verifyComplete();
    }

    @Test
    void whoComesLateSeesTheEnd() {
        Operation ended = operations.start("a", List.of(), progress -> Mono.empty());

        StepVerifier.create(operations.watch(ended.id()))
                .expectNextMatches(seen -> seen.status() == Status.SUCCEEDED)
                .verifyComplete();
    }

    @Test
    void cancellingEndsTheWork() {
        TestPublisher<String> work = TestPublisher.create();
        Operation begun = operations.start("a", List.of(), progress -> work.mono());

        StepVerifier.create(operations.cancel(begun.id()))
                .expectNextMatches(seen -> seen.status() == Status.CANCELLED)
                .verifyComplete();

        work.assertCancelled();
        assertThat(status(begun)).isEqualTo(Status.CANCELLED);
    }

    @Test
    void whatHasEndedStaysAsItEnded() {
        AtomicReference<Progress> told = new AtomicReference<>();
        Operation ended = operations.start("a", List.of(), progress -> {
            told.set(progress);
            return Mono.empty();
        });

        StepVerifier.create(operations.cancel(ended.id()))
                .expectNextMatches(seen -> seen.status() == Status.SUCCEEDED)
                .verifyComplete();
        told.get().report(Map.of("late", true));
        assertThat(operations.get(ended.id()).orElseThrow().progress()).isEmpty();
    }

    @Test
    void aFailureIsKeptWithItsReason() {
        IllegalStateException reason = new IllegalStateException("broken");
        Operation failed = operations.start("a", List.of(), progress -> Mono.error(reason));
        Operation thrown = operations.start("a", List.of(), progress -> {
            throw reason;
        });

        for (Operation operation : List.of(failed, thrown)) {
            Operation seen = operations.get(operation.id()).orElseThrow();
            assertThat(seen.status()).isEqualTo(Status.FAILED);
            assertThat(seen.failure()).isSameAs(reason);
        }
    }

    @Test
    void anEndedOneIsForgottenAfterAWhileAndARunningOneIsNot() {
        Operation ended = operations.start("a", List.of(), progress -> Mono.empty());
        Operation running = operations.start("b", List.of(), progress -> Mono.never());

        now.updateAndGet(time -> time.plus(RETENTION));
        assertThat(operations.get(ended.id())).isPresent();
        now.updateAndGet(time -> time.plusMillis(1));
        assertThat(operations.get(ended.id())).isEmpty();
        assertThat(operations.list()).extracting(Operation::id).containsExactly(running.id());
    }

    @Test
    void theNewestComesFirst() {
        Operation first = operations.start("a", List.of(), progress -> Mono.never());
        now.updateAndGet(time -> time.plusSeconds(1));
        Operation second = operations.start("b", List.of(), progress -> Mono.never());

        assertThat(operations.list()).extracting(Operation::id).containsExactly(second.id(), first.id());
    }

    @Test
    void theOldestEndedOneMakesRoom() {
        Operation first = operations.start("a", List.of(), progress -> Mono.empty());
        now.updateAndGet(time -> time.plusSeconds(1));
        Operation second = operations.start("a", List.of(), progress -> Mono.empty());
        Operation third = operations.start("a", List.of(), progress -> Mono.never());
        Operation fourth = operations.start("a", List.of(), progress -> Mono.never());

        assertThat(operations.get(first.id())).isEmpty();
        assertThat(operations.list())
                .extracting(Operation::id)
                .containsExactlyInAnyOrder(second.id(), third.id(), fourth.id());
    }

    @Test
    void noMoreThanTheBoundRunAtOnce() {
        IntStream.range(0, 3).forEach(i -> operations.start("a", List.of(), progress -> Mono.never()));
        TestPublisher<String> refused = TestPublisher.create();

        assertThatThrownBy(() -> operations.start("a", List.of(), progress -> refused.mono()))
                .isInstanceOf(RejectedExecutionException.class);
        refused.assertWasNotSubscribed();
    }

    @Test
    void anUnknownOneIsNowhere() {
        assertThat(operations.get("x")).isEmpty();
        StepVerifier.create(operations.watch("x")).verifyComplete();
        StepVerifier.create(operations.cancel("x")).verifyComplete();
    }

    @Test
    void closingCancelsWhatRuns() {
        TestPublisher<String> work = TestPublisher.create();
        Operation begun = operations.start("a", List.of(), progress -> work.mono());

        operations.close();

        work.assertCancelled();
        assertThat(status(begun)).isEqualTo(Status.CANCELLED);
    }

    private Status status(Operation operation) {
        return operations.get(operation.id()).orElseThrow().status();
    }
}
