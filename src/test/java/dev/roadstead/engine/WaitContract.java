package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.WaitCondition;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Waiting lasts exactly until the condition is met. */
public interface WaitContract extends ContractSubject {
    /** Long enough for the engine to have got the request: the condition is caused only after it. */
    Duration PENDING = Duration.ofMillis(500);

    @Test
    default void whatDoesNotRunIsNotWaitedFor() {
        needs(Capability.WAIT);

        assertThat(get(containers().await(stopped(), WaitCondition.NOT_RUNNING)).status())
                .isEqualTo(ContainerStatus.STOPPED);
        assertThat(get(containers().await(made().container(idle()), WaitCondition.NOT_RUNNING))
                        .status())
                .isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    default void waitingEndsWithTheRunAndTellsItsExitCode() {
        needs(Capability.WAIT, Capability.COMMAND, Capability.EXIT_CODES);
        ContainerId id = started(shell("sleep 1; exit 3"));

        ContainerState state = get(containers().await(id, WaitCondition.NOT_RUNNING));

        assertThat(state.exitCode()).isEqualTo(3);
    }

    @Test
    default void waitingEndsWithTheRun() {
        needs(Capability.WAIT, Capability.COMMAND);
        ContainerId id = started(shell("sleep 1; exit 3"));

        assertThat(get(containers().await(id, WaitCondition.NOT_RUNNING)).status())
                .isEqualTo(ContainerStatus.STOPPED);
    }

    @Test
    default void theNextExitOfOneThatHasEndedIsThatOfItsNextRun() {
        needs(Capability.WAIT);
        ContainerId id = stopped();

        StepVerifier.create(containers().await(id, WaitCondition.NEXT_EXIT))
                .expectSubscription()
                .expectNoEvent(PENDING)
                .then(() -> {
                    get(containers().start(id));
                    get(containers().stop(id, Duration.ofSeconds(10)));
                })
                .assertNext(state -> assertThat(state.status()).isEqualTo(ContainerStatus.STOPPED))
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    default void waitingForRemovalEndsWithIt() {
        needs(Capability.WAIT);
        ContainerId id = running();

        StepVerifier.create(containers().await(id, WaitCondition.REMOVED))
                .expectSubscription()
                .expectNoEvent(PENDING)
                .then(() -> run(containers().remove(id, true, false)))
                .expectNextCount(1)
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    default void waitingForARunEndsWithTheStart() {
        needs(Capability.WAIT);
        ContainerId id = made().container(idle());

        StepVerifier.create(containers().await(id, WaitCondition.RUNNING))
                .expectSubscription()
                .expectNoEvent(PENDING)
                .then(() -> get(containers().start(id)))
                .assertNext(state -> assertThat(state.status()).isEqualTo(ContainerStatus.RUNNING))
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    default void healthIsWaitedForWhereThereIsACheck() {
        needs(Capability.WAIT, Capability.HEALTHCHECK);
        ContainerId id = started(SpecBuilder.like(idle()).healthcheck("true").build());

        ContainerState state = get(containers().await(id, WaitCondition.HEALTHY));

        assertThat(state.health()).isEqualTo("healthy");
    }

    @Test
    default void healthWithoutACheckIsRefused() {
        needs(Capability.WAIT);

        fails(containers().await(running(), WaitCondition.HEALTHY), EngineException.WrongState.class);
    }

    @Test
    default void aWaitCanBeGivenUp() {
        needs(Capability.WAIT);
        ContainerId id = running();

        StepVerifier.create(containers().await(id, WaitCondition.NOT_RUNNING))
                .expectSubscription()
                .expectNoEvent(PENDING)
                .thenCancel()
                .verify(WAIT);

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void whatIsNotThereCannotBeWaitedFor() {
        needs(Capability.WAIT);

        for (WaitCondition condition : WaitCondition.values()) {
            fails(containers().await(NOBODY, condition), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        }
    }
}
