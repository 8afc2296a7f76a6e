package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Signal;
import dev.roadstead.container.WaitCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Containers start, stop, freeze and are killed; an action that finds the wanted state changes nothing. */
public interface LifecycleContract extends ContractSubject {
    @Test
    default void aStartedContainerRuns() {
        ContainerId id = made().container(idle());

        assertThat(get(containers().start(id))).isTrue();

        ContainerState state = get(containers().state(id));
        assertThat(state.status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(state.exitCode()).isNull();
        assertThat(state.finishedAt()).isNull();
        assertThat(state.nativeStatus()).isNotBlank();
    }

    @Test
    default void startingTwiceSucceeds() {
        ContainerId id = running();

        assertThat(get(containers().start(id))).isFalse();

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void aStoppedContainerIsStopped() {
        ContainerId id = running();

        assertThat(get(containers().stop(id, Duration.ofSeconds(10)))).isTrue();

        assertThat(status(id)).isEqualTo(ContainerStatus.STOPPED);
    }

    @Test
    default void aStopMayBeGivenTime() {
        needs(Capability.STOP_TIMEOUT);
        ContainerId id = running();

        assertThat(get(containers().stop(id, Duration.ofSeconds(15)))).isTrue();
        assertThat(status(id)).isEqualTo(ContainerStatus.STOPPED);
    }

    @Test
    default void stoppingTwiceSucceeds() {
        ContainerId id = stopped();

        assertThat(get(containers().stop(id, Duration.ofSeconds(1)))).isFalse();
    }

    @Test
    default void stoppingOneThatNeverRanChangesNothing() {
        ContainerId id = made().container(idle());

        assertThat(get(containers().stop(id, Duration.ofSeconds(1)))).isFalse();

        assertThat(status(id)).isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    default void stoppingIsKindWithinTheGracePeriod() {
        needs(Capability.COMMAND, Capability.STOP_TIMEOUT, Capability.LOGS);
        ContainerId id = started(shell("trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done"));
        LogsContract.firstLine(this, id);

        get(containers().stop(id, Duration.ofSeconds(20)));

        assertThat(get(containers().state(id)).exitCode()).isZero();
    }

    @Test
    default void stoppingWithoutGraceKillsAtOnce() {
        needs(Capability.COMMAND, Capability.STOP_TIMEOUT);
        ContainerId id = started(shell("trap '' TERM; while :; do sleep 0.1; done"));

        assertThat(get(containers().stop(id, Duration.ZERO))).isTrue();

        assertThat(get(containers().state(id)).exitCode()).isEqualTo(137);
    }

    @Test
    default void whoIgnoresTheKindSignalIsKilledWhenTheGracePeriodIsOver() {
        needs(Capability.COMMAND, Capability.STOP_TIMEOUT, Capability.LOGS);
        ContainerId id = started(shell("trap '' TERM; echo ready; while :; do sleep 0.1; done"));
        // Before the trap is set, the signal would have its usual effect.
        LogsContract.firstLine(this, id);

        assertThat(get(containers().stop(id, Duration.ofSeconds(1)))).isTrue();

        assertThat(get(containers().state(id)).exitCode()).isEqualTo(137);
    }

    @Test
    default void aStoppedContainerStartsAgain() {
        ContainerId id = stopped();

        assertThat(get(containers().start(id))).isTrue();

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void aStateTellsWhenTheRunBeganAndEnded() {
        needs(Capability.COMMAND, Capability.WAIT, Capability.RUN_TIMES);
        ContainerId id = ended("sleep 1; exit 0");

        ContainerState state = get(containers().state(id));

        Instant now = Instant.now();
        assertThat(state.startedAt()).isBetween(now.minusSeconds(120), now.plusSeconds(120));
        assertThat(state.finishedAt()).isAfterOrEqualTo(Objects.requireNonNull(state.startedAt()));
    }

    @Test
    default void aRestartedContainerRunsANewProcess() {
        needs(Capability.RESTART);
        ContainerId id = running();
        Instant before = get(containers().state(id)).startedAt();

        assertThat(get(containers().restart(id, Duration.ofSeconds(10)))).isTrue();

        ContainerState state = get(containers().state(id));
        assertThat(state.status()).isEqualTo(ContainerStatus.RUNNING);
        if (before != null) {
            assertThat(state.startedAt()).isAfter(before);
        }
    }

    @Test
    default void restartingAStoppedContainerStartsIt() {
        needs(Capability.RESTART);
        ContainerId id = stopped();

        assertThat(get(containers().restart(id, Duration.ofSeconds(1)))).isTrue();

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void aKilledContainerStops() {
        needs(Capability.KILL, Capability.WAIT);
        ContainerId id = running();

        assertThat(get(containers().kill(id, Signal.KILL))).isTrue();

        assertThat(get(containers().await(id, WaitCondition.NOT_RUNNING)).status())
                .isEqualTo(ContainerStatus.STOPPED);
    }

    @Test
    default void aSignalReachesTheMainProcess() {
        needs(Capability.KILL_SIGNAL, Capability.COMMAND, Capability.WAIT, Capability.LOGS);
        ContainerId id = started(shell("trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done"));
        // Before the trap is set, the signal would not be caught.
        LogsContract.firstLine(this, id);

        assertThat(get(containers().kill(id, Signal.of("SIGUSR1")))).isTrue();

        assertThat(get(containers().await(id, WaitCondition.NOT_RUNNING)).exitCode())
                .isEqualTo(9);
    }

    @Test
    default void whatDoesNotRunCannotBeKilled() {
        needs(Capability.KILL);

        fails(containers().kill(made().container(idle()), Signal.KILL), EngineException.WrongState.class);
        fails(containers().kill(stopped(), Signal.KILL), EngineException.WrongState.class);
        fails(containers().kill(NOBODY, Signal.KILL), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void aPausedContainerIsPausedUntilItIsUnpaused() {
        needs(Capability.PAUSE);
        ContainerId id = running();

        assertThat(get(containers().pause(id))).isTrue();
        assertThat(status(id)).isEqualTo(ContainerStatus.PAUSED);

        assertThat(get(containers().unpause(id))).isTrue();
        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void pausingTwiceSucceedsAndSoDoesUnpausing() {
        needs(Capability.PAUSE);
        ContainerId id = running();

        assertThat(get(containers().unpause(id))).isFalse();
        get(containers().pause(id));
        assertThat(get(containers().pause(id))).isFalse();
        assertThat(status(id)).isEqualTo(ContainerStatus.PAUSED);
        get(containers().unpause(id));
    }

    @Test
    default void whatDoesNotRunCannotBePausedOrUnpaused() {
        needs(Capability.PAUSE);
        ContainerId created = made().container(idle());
        ContainerId stopped = stopped();

        fails(containers().pause(created), EngineException.WrongState.class);
        fails(containers().pause(stopped), EngineException.WrongState.class);
        fails(containers().unpause(created), EngineException.WrongState.class);
        fails(containers().unpause(stopped), EngineException.WrongState.class);
    }

    @Test
    default void whatIsNotThereCannotBePausedOrRestarted() {
        needs(Capability.PAUSE, Capability.RESTART);

        fails(containers().pause(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(containers().unpause(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(containers().restart(NOBODY, Duration.ZERO), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void theExitCodeOfTheMainProcessIsKept() {
        needs(Capability.COMMAND, Capability.WAIT, Capability.EXIT_CODES);
        ContainerId id = ended("exit 7");

        ContainerState state = get(containers().state(id));

        assertThat(state.status()).isEqualTo(ContainerStatus.STOPPED);
        assertThat(state.exitCode()).isEqualTo(7);
    }
}
