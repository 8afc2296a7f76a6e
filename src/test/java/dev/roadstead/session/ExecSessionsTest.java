package dev.roadstead.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Cuid;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.session.ExecSession.Role;
import dev.roadstead.session.ExecState.Ended;
import dev.roadstead.session.ExecState.Status;
import dev.roadstead.testing.ScriptedEngine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A session keeps its output and exit code, obeys one writer, and ends its process when nobody comes back. */
class ExecSessionsTest {
    private static final ContainerId CONTAINER = new ContainerId("4711");
    private static final Cuid CUID = new Cuid("c0b6f9a52-8f0e-4a53-a8cc-1f8b6c2f34a1");
    private static final String OWNER = "ann";
    private static final int KEPT = 100;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T10:00:00Z"));
    private final Clock clock = new MovedClock(now);
    private final ScriptedEngine engine = new ScriptedEngine("local");
    private final ExecSessions sessions =
            new ExecSessions(new SessionLimits(KEPT, Duration.ofSeconds(60), Duration.ofHours(1), 3, 2), clock, time);

    @Test
    void aViewerGetsWhatCameBeforeAndAfterItAndTheExitCode() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);
        Watcher writer = watch(session.join(Role.ANY, 0));
        process.writes(OutputStreamName.STDOUT, "one");
        process.writes(OutputStreamName.STDERR, "two");

        Watcher late = watch(session.join(Role.VIEWER, 1));
        process.ends(3);

        assertThat(writer.told()).containsExactly("STDOUT@0 one", "STDERR@3 two", "exit 3", "end");
        assertThat(late.told()).containsExactly("STDOUT@1 ne", "STDERR@3 two", "exit 3", "end");
        assertThat(session.state().status()).isEqualTo(Status.EXITED);
        assertThat(session.state().exitCode()).isEqualTo(3);
        assertThat(process.calls()).as("given back").contains("close");
    }

    @Test
    void theEngineIsReadNoFasterThanTheWriterReads() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);
        Watcher writer = watchSlowly(session.join(Role.WRITER, 0));
        Watcher viewer = watch(session.join(Role.VIEWER, 0));

        for (int i = 0; i < 10; i++) {
            process.writes(i % 2 == 0 ? OutputStreamName.STDOUT : OutputStreamName.STDERR, "0123456789");
        }
        assertThat(process.demanded()).as("full: nothing more is asked for").isEqualTo(10);
        assertThat(viewer.told()).hasSize(10);
        assertThat(writer.told()).isEmpty();

        writer.request(1);
        assertThat(process.demanded()).isEqualTo(11);
        writer.request(9);
        assertThat(writer.told()).hasSize(10);
    }

    @Test
    void oneThatIsEndedIsReadToItsEndWhoeverReads() {
        ScriptedProcess process = new ScriptedProcess(false).closingBy(Mono.never());
        ExecSession session = attached(process);
        watchSlowly(session.join(Role.WRITER, 0));
        for (int i = 0; i < 10; i++) {
            process.writes(i % 2 == 0 ? OutputStreamName.STDOUT : OutputStreamName.STDERR, "0123456789");
        }
        assertThat(process.demanded()).isEqualTo(10);

        session.end(Ended.CANCELLED).subscribe();

        assertThat(process.demanded()).isEqualTo(11);
    }

    @Test
    void oneThatOnlyLooksOnAndIsSlowLosesItsPlaceAndNobodyElseDoes() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);
        Watcher writer = watch(session.join(Role.WRITER, 0));
        Watcher slow = watchSlowly(session.join(Role.VIEWER, 0));

        for (int i = 0; i < 30; i++) {
            process.writes(i % 2 == 0 ? OutputStreamName.STDOUT : OutputStreamName.STDERR, "0123456789");
        }
        slow.request(100);

        assertThat(writer.told()).hasSize(30);
        assertThat(slow.told()).hasSize(1).first().asString().startsWith("ReplayGoneException");
        assertThatThrownBy(() -> session.join(Role.VIEWER, 0))
                .isInstanceOfSatisfying(
                        ReplayGoneException.class,
                        gone -> assertThat(gone.oldest())
                                .isEqualTo(session.state().oldest())
                                .isPositive());
    }

    @Test
    void onlyTheWriterWritesAndAnotherOneMayTakeOver() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);
        Viewer first = session.join(Role.ANY, 0);
        Watcher told = watch(first);
        Viewer second = session.join(Role.ANY, 0);
        assertThat(first.isWriter()).isTrue();
        assertThat(second.isWriter()).isFalse();
        refused(second.input(new byte[1]), "NOT_THE_WRITER");

        Viewer third = session.join(Role.WRITER, 0);

        assertThat(told.told()).containsExactly("overruled");
        refused(first.resize(80, 24), "NOT_THE_WRITER");
        done(third.input("x".getBytes(UTF_8)).then(third.resize(80, 24)).then(third.closeInput()));
        assertThat(process.calls()).containsExactly("input x", "resize 80x24", "eof");
    }

    @Test
    void withATerminalSomeSignalsAreKeys() {
        ScriptedProcess process = new ScriptedProcess(true);
        Viewer viewer = attached(process).join(Role.ANY, 0);

        done(viewer.signal(Signal.of("INT"))
                .then(viewer.signal(Signal.of("SIGQUIT")))
                .then(viewer.signal(Signal.of("TSTP")))
                .then(viewer.signal(Signal.of("TERM"))));

        assertThat(process.calls()).containsExactly("input \u0003", "input \u001c", "input \u001a", "signal TERM");
    }

    @Test
    void withoutATerminalEverySignalIsASignal() {
        ScriptedProcess process = new ScriptedProcess(false);
        Viewer viewer = attached(process).join(Role.ANY, 0);

        done(viewer.signal(Signal.of("INT")));

        assertThat(process.calls()).containsExactly("signal INT");
    }

    @Test
    void aLostWriterMayComeBackWithinTheLease() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);
        Viewer first = session.join(Role.ANY, 0);
        Watcher before = watch(first);
        process.writes(OutputStreamName.STDOUT, "before ");
        before.cancel();
        first.leave();
        process.writes(OutputStreamName.STDOUT, "between ");
        time.advanceTimeBy(Duration.ofSeconds(59));

        Viewer again = session.join(Role.ANY, 7);
        Watcher after = watch(again);
        time.advanceTimeBy(Duration.ofHours(5));
        process.writes(OutputStreamName.STDERR, "after");

        assertThat(again.isWriter()).isTrue();
        assertThat(after.told()).containsExactly("STDOUT@7 between ", "STDERR@15 after");
        assertThat(process.calls()).isEmpty();
    }

    @Test
    void nobodyWhoComesBackEndsTheProcessAfterTheLease() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);
        session.join(Role.ANY, 0).leave();
        // One who only looks on is nobody who could go on working.
        Watcher viewer = watch(session.join(Role.VIEWER, 0));
        time.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(process.calls()).isEmpty();

        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(process.calls()).contains("close");
        assertThat(session.state().ended()).isEqualTo(Ended.LEASE_EXPIRED);
        assertThat(session.state().exitCode()).isEqualTo(137);
        assertThat(viewer.told()).containsExactly("exit 137", "end");
    }

    @Test
    void oneWhoNeverCameHasALeaseToo() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);

        time.advanceTimeBy(Duration.ofSeconds(60));

        assertThat(session.state().ended()).isEqualTo(Ended.LEASE_EXPIRED);
    }

    @Test
    void whileALostWriterIsAwaitedItsOutputIsNotPushedOut() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);
        Viewer writer = session.join(Role.ANY, 0);
        Watcher watcher = watch(writer);
        for (int i = 0; i < 20; i++) {
            process.writes(i % 2 == 0 ? OutputStreamName.STDOUT : OutputStreamName.STDERR, "0123456789");
        }
        long lostAt = session.state().next();
        watcher.cancel();
        writer.leave();

        for (int i = 0; process.demanded() > 20 + i; i++) {
            process.writes(i % 2 == 0 ? OutputStreamName.STDOUT : OutputStreamName.STDERR, "0123456789");
        }

        assertThat(session.state().next()).isGreaterThan(lostAt);
        assertThat(session.state().oldest()).isLessThan(lostAt);
    }

    @Test
    void anAsynchronousOneRunsOnWithoutAnybodyAndIsReadToItsEnd() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = detached(process, null);
        session.join(Role.ANY, 0).leave();
        time.advanceTimeBy(Duration.ofHours(5));

        for (int i = 0; i < 30; i++) {
            process.writes(i % 2 == 0 ? OutputStreamName.STDOUT : OutputStreamName.STDERR, "0123456789");
        }
        process.ends(0);

        assertThat(session.state().exitCode()).isZero();
        assertThat(session.captured().truncated()).isTrue();
        assertThat(session.captured().stdout()).hasSizeBetween(50, 60);
    }

    @Test
    void aTimeoutEndsTheProcessAndSaysSo() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = detached(process, Duration.ofSeconds(5));
        process.writes(OutputStreamName.STDOUT, "so far");

        time.advanceTimeBy(Duration.ofSeconds(5));

        assertThat(session.state().ended()).isEqualTo(Ended.TIMEOUT);
        assertThat(session.state().exitCode()).isEqualTo(137);
        assertThat(session.captured().stdout()).isEqualTo("so far".getBytes(UTF_8));
    }

    @Test
    void aProcessThatCannotBeEndedIsToldAsFailed() {
        EngineException.Unsupported noShell =
                new EngineException.Unsupported(Capability.EXEC_SIGNAL, "no shell", Evidence.NONE);
        ScriptedProcess process = new ScriptedProcess(false).closingBy(Mono.error(noShell));
        ExecSession session = attached(process);

        done(session.join(Role.ANY, 0).end());

        assertThat(session.state().status()).isEqualTo(Status.FAILED);
        assertThat(session.state().failure()).isEqualTo(noShell);
        assertThat(session.state().ended()).isEqualTo(Ended.CLOSED);
    }

    @Test
    void aProcessThatIsNotGoneInTimeIsToldAsFailed() {
        ScriptedProcess process = new ScriptedProcess(false).closingBy(Mono.never());
        ExecSession session = attached(process);
        AtomicReference<@Nullable ExecState> end = new AtomicReference<>();
        session.end(Ended.CANCELLED).then(session.awaitEnd()).subscribe(end::set);

        time.advanceTimeBy(Duration.ofSeconds(15));

        assertThat(Objects.requireNonNull(end.get()).failure()).isInstanceOf(EngineException.TimedOut.class);
    }

    @Test
    void anEngineThatBreaksOffFailsTheSessionForEverybody() {
        EngineException.Failed broke =
                new EngineException.Failed("ENGINE_BROKE_OFF", "engine local broke off", Evidence.NONE, null);
        ScriptedProcess process = new ScriptedProcess(false).closingBy(Mono.error(broke));
        ExecSession session = attached(process);
        Watcher writer = watch(session.join(Role.ANY, 0));

        process.breaksOff(broke);

        assertThat(writer.told()).containsExactly("Failed engine local broke off");
        assertThat(session.state().status()).isEqualTo(Status.FAILED);
        assertThat(session.state().failure()).isEqualTo(broke);
        refused(session.join(Role.WRITER, 0).input(new byte[1]), "PROCESS_ENDED");
    }

    @Test
    void aCodeThatNobodyKnowsFailsTheSession() {
        EngineException.NotFound gone =
                new EngineException.NotFound("NO_SUCH_CONTAINER", "no container 4711", Evidence.NONE);
        ScriptedProcess process = new ScriptedProcess(false).closingBy(Mono.empty());
        ExecSession session = attached(process);
        process.willNeverTellItsCode(gone);

        process.closesItsOutput();

        assertThat(session.state().failure()).isEqualTo(gone);
    }

    @Test
    void whatWasFedIsWrittenAndClosed() {
        ScriptedProcess process = new ScriptedProcess(false);
        detached(process, null).feed("all of it".getBytes(UTF_8));

        assertThat(process.calls()).containsExactly("input all of it", "eof");
    }

    @Test
    void thereAreAsManyAsMayBeAndAnEndedOneMakesRoom() {
        ScriptedProcess first = new ScriptedProcess(false);
        attached(first);
        attached(new ScriptedProcess(false));
        assertThatThrownBy(() -> attached(new ScriptedProcess(false)))
                .isInstanceOf(TooManySessionsException.class)
                .hasMessageContaining("ann");
        starting(new ScriptedProcess(false), new ExecTerms("bob", true, null));
        assertThatThrownBy(() -> starting(new ScriptedProcess(false), new ExecTerms("cleo", true, null)))
                .isInstanceOf(TooManySessionsException.class);

        first.ends(0);

        attached(new ScriptedProcess(false));
        assertThat(sessions.running()).isEqualTo(3);
    }

    @Test
    void aStartThatFailsOrIsGivenUpTakesNoPlace() {
        when(engine.exec().start(any(), any()))
                .thenReturn(Mono.error(new EngineException.WrongState("X", "x", Evidence.NONE)));
        assertThatThrownBy(() -> sessions.start(engine, CONTAINER, CUID, spec(), new ExecTerms(OWNER, true, null))
                        .block())
                .isInstanceOf(EngineException.WrongState.class);
        when(engine.exec().start(any(), any())).thenReturn(Mono.never());
        sessions.start(engine, CONTAINER, CUID, spec(), new ExecTerms(OWNER, true, null))
                .subscribe()
                .dispose();

        assertThat(sessions.running()).isZero();
    }

    @Test
    void anEndedOneIsKnownForAnHourToItsOwnerOnly() {
        ScriptedProcess process = new ScriptedProcess(false);
        ExecSession session = attached(process);
        process.ends(4);
        assertThat(sessions.get(session.id(), OWNER).state().exitCode()).isEqualTo(4);
        assertThatThrownBy(() -> sessions.get(session.id(), "bob"))
                .isInstanceOfSatisfying(
                        EngineException.NotFound.class,
                        absent -> assertThat(absent.code()).isEqualTo("NO_SUCH_EXEC"));

        now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(61)));

        assertThatThrownBy(() -> sessions.get(session.id(), OWNER)).isInstanceOf(EngineException.NotFound.class);
    }

    @Test
    void whenTheGatewayStopsAttachedOnesEndAndOthersRunOn() {
        ScriptedProcess terminal = new ScriptedProcess(true);
        ScriptedProcess work = new ScriptedProcess(false);
        ExecSession attached = attached(terminal);
        ExecSession detached = detached(work, null);

        done(sessions.close());

        assertThat(attached.state().ended()).isEqualTo(Ended.SHUTDOWN);
        assertThat(detached.state().status()).isEqualTo(Status.RUNNING);
        assertThat(work.calls()).isEmpty();
    }

    private ExecSession attached(ScriptedProcess process) {
        return starting(process, new ExecTerms(OWNER, true, null));
    }

    private ExecSession detached(ScriptedProcess process, @Nullable Duration timeout) {
        return starting(process, new ExecTerms(OWNER, false, timeout));
    }

    private ExecSession starting(ScriptedProcess process, ExecTerms terms) {
        when(engine.exec().start(any(), any())).thenReturn(Mono.just(process));
        return Objects.requireNonNull(
                sessions.start(engine, CONTAINER, CUID, spec(), terms).block());
    }

    private static ExecSpec spec() {
        return new ExecSpec(List.of("sh"), Map.of(), null, null, false, null, null);
    }

    private static void done(Mono<?> call) {
        call.block(Duration.ofSeconds(5));
    }

    private static void refused(Mono<?> call, String code) {
        assertThatThrownBy(() -> done(call))
                .isInstanceOfSatisfying(
                        EngineException.WrongState.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private static Watcher watch(Viewer viewer) {
        Watcher watcher = new Watcher(Long.MAX_VALUE);
        viewer.events().subscribe(watcher);
        return watcher;
    }

    private static Watcher watchSlowly(Viewer viewer) {
        Watcher watcher = new Watcher(0);
        viewer.events().subscribe(watcher);
        return watcher;
    }

    /** Writes down what it is told. */
    private static final class Watcher extends BaseSubscriber<SessionEvent> {
        private final List<String> told = new ArrayList<>();
        private final long first;

        Watcher(long first) {
            this.first = first;
        }

        List<String> told() {
            return told;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (first > 0) {
                request(first);
            }
        }

        @Override
        protected void hookOnNext(SessionEvent event) {
            told.add(
                    switch (event) {
                        case SessionEvent.Output output ->
                            "%s@%d %s".formatted(output.stream(), output.offset(), new String(output.data(), UTF_8));
                        case SessionEvent.Exited exited -> "exit " + exited.code();
                        case SessionEvent.Overruled _ -> "overruled";
                    });
        }

        @Override
        protected void hookOnComplete() {
            told.add("end");
        }

        @Override
        protected void hookOnError(Throwable failure) {
            told.add("%s %s".formatted(failure.getClass().getSimpleName(), failure.getMessage()));
        }
    }

    private static final class MovedClock extends Clock {
        private final AtomicReference<Instant> now;

        MovedClock(AtomicReference<Instant> now) {
            this.now = now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    }
}
