package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class FreshShareTest {
    private final List<Sinks.One<Integer>> reads = new ArrayList<>();
    private final FreshShare<Integer> share = new FreshShare<>(() -> {
        Sinks.One<Integer> read = Sinks.one();
        reads.add(read);
        return read.asMono();
    });

    @Test
    void whoAsksDuringAReadGetsTheNextOneAndSharesIt() {
        List<Integer> first = collect();
        List<Integer> second = collect();
        List<Integer> third = collect();
        assertThat(reads).hasSize(1);

        reads.get(0).tryEmitValue(1);
        assertThat(first).containsExactly(1);
        assertThat(second).isEmpty();
        assertThat(reads).hasSize(2);

        List<Integer> fourth = collect();
        reads.get(1).tryEmitValue(2);
        assertThat(second).containsExactly(2);
        assertThat(third).containsExactly(2);
        assertThat(fourth).isEmpty();

        reads.get(2).tryEmitValue(3);
        assertThat(fourth).containsExactly(3);
        assertThat(reads).hasSize(3);
    }

    @Test
    void nothingIsKeptAfterARead() {
        List<Integer> first = collect();
        reads.get(0).tryEmitValue(1);
        List<Integer> second = collect();
        reads.get(1).tryEmitValue(2);

        assertThat(first).containsExactly(1);
        assertThat(second).containsExactly(2);
    }

    @Test
    void aFailureIsToldToThoseWhoWaitedForItAndToNobodyElse() {
        AtomicInteger failures = new AtomicInteger();
        share.get()
                .doOnError(failure -> failures.incrementAndGet())
                .onErrorComplete()
                .subscribe();
        List<Integer> next = collect();
        reads.get(0).tryEmitError(new IllegalStateException("broken"));
        assertThat(failures).hasValue(1);

        reads.get(1).tryEmitValue(2);
        assertThat(next).containsExactly(2);
    }

    @Test
    void whoLeavesDoesNotStopTheReadForOthers() {
        StepVerifier.create(share.get()).thenCancel().verify();
        List<Integer> other = collect();
        reads.get(0).tryEmitValue(1);
        reads.get(1).tryEmitValue(2);

        assertThat(other).containsExactly(2);
    }

    @Test
    void manyAtOnceCostAboutTwoReads() {
        AtomicInteger count = new AtomicInteger();
        Sinks.One<Integer> gate = Sinks.one();
        FreshShare<Integer> busy = new FreshShare<>(() -> {
            count.incrementAndGet();
            return gate.asMono();
        });
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            busy.get().doOnNext(answers::add).subscribe();
        }
        gate.tryEmitValue(1);

        assertThat(answers).hasSize(1_000);
        assertThat(count).hasValue(2);
    }

    @Test
    void nothingIsReadBeforeSomebodySubscribes() {
        Mono<Integer> unused = share.get();

        assertThat(reads).isEmpty();
        assertThat(unused).isNotNull();
    }

    private List<Integer> collect() {
        List<Integer> answers = new ArrayList<>();
        share.get().doOnNext(answers::add).subscribe();
        return answers;
    }
}
