package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GateTest {
    @Test
    void asManyAsThereArePlacesEnterAtOnce() {
        Gate gate = gate(2, 1);
        StepVerifier.create(gate.pass().enter()).verifyComplete();
        StepVerifier.create(gate.pass().enter()).verifyComplete();

        Gate.Pass third = gate.pass();
        StepVerifier.create(third.enter())
                .expectSubscription()
                .then(third::leave)
                .thenCancel()
                .verify();
    }

    @Test
    void theFirstToWaitIsTheFirstToEnter() {
        Gate gate = gate(1, 2);
        Gate.Pass inside = entered(gate);
        List<String> order = new ArrayList<>();
        Gate.Pass first = gate.pass();
        Gate.Pass second = gate.pass();
        first.enter().doOnTerminate(() -> order.add("first")).subscribe();
        second.enter().doOnTerminate(() -> order.add("second")).subscribe();

        inside.leave();
        assertThat(order).containsExactly("first");
        first.leave();
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void whoFindsNoPlaceToWaitIsRefused() {
        Gate gate = gate(1, 1);
        entered(gate);
        gate.pass().enter().subscribe();

        StepVerifier.create(gate.pass().enter()).verifyErrorMessage("full");
    }

    @Test
    void whoLeavesWhileWaitingMakesRoom() {
        Gate gate = gate(1, 1);
        Gate.Pass inside = entered(gate);
        for (int i = 0; i < 10; i++) {
            Gate.Pass gone = gate.pass();
            gone.enter().subscribe();
            gone.leave();
        }
        inside.leave();
        StepVerifier.create(gate.pass().enter()).verifyComplete();
    }

    @Test
    void leavingTwiceGivesOnePlace() {
        Gate gate = gate(1, 0);
        Gate.Pass pass = entered(gate);
        pass.leave();
        pass.leave();
        entered(gate);

        StepVerifier.create(gate.pass().enter()).verifyErrorMessage("full");
    }

    @Test
    void noPlaceIsLostOrDoubledAmongMany() throws InterruptedException {
        Gate gate = gate(3, 1000);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 50; round++) {
                    Gate.Pass pass = gate.pass();
                    if (ThreadLocalRandom.current().nextInt(4) == 0) {
                        pass.enter().subscribe().dispose();
                    } else {
                        pass.enter()
                                .then(Mono.fromRunnable(() -> {
                                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                    inside.decrementAndGet();
                                }))
                                .block();
                    }
                    pass.leave();
                }
                done.countDown();
            });
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isBetween(1, 3);
        for (int i = 0; i < 3; i++) {
            entered(gate);
        }
        assertThat(inside).hasValue(0);
    }

    private static Gate gate(int places, int mayWait) {
        return new Gate(places, mayWait, () -> new IllegalStateException("full"));
    }

    private static Gate.Pass entered(Gate gate) {
        Gate.Pass pass = gate.pass();
        StepVerifier.create(pass.enter()).verifyComplete();
        return pass;
    }
}
