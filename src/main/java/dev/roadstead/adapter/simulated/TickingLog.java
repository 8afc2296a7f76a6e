package dev.roadstead.adapter.simulated;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The log of {@code tick}: a line at every period, computed when it is read, so that it costs nothing while nobody reads. */
final class TickingLog implements SimulatedLog {
    private static final int READ_AT_ONCE = 1_000;

    private final Instant start;
    private final Duration period;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final Bell ended;
    private volatile @Nullable Instant end;

    TickingLog(Instant start, Duration period, InstantSource clock, Scheduler scheduler) {
        this.start = start;
        this.period = period;
        this.clock = clock;
        this.scheduler = scheduler;
        this.ended = new Bell(scheduler);
    }

    /** The period that {@code tick} was told in seconds; 10 seconds if it was told none or nonsense. */
    static Duration period(List<String> arguments) {
        try {
            double seconds = arguments.isEmpty() ? 10 : Double.parseDouble(arguments.getFirst());
            return Duration.ofMillis(Math.max(10, (long) (seconds * 1000)));
        } catch (NumberFormatException e) {
            return Duration.ofSeconds(10);
        }
    }

    static byte[] line(long number) {
        return "tick %d\n".formatted(number).getBytes(StandardCharsets.UTF_8);
    }

    /** No more lines come. */
    void end(Instant when) {
        end = when;
        ended.ring();
    }

    @Override
    public Batch from(long number) {
        Instant until = end;
        Duration ran = Duration.between(start, until == null ? clock.instant() : until);
        long count = ran.isNegative() ? 0 : ran.dividedBy(period) + 1;
        List<LogEntry> entries = new ArrayList<>();
        for (long n = Math.max(number, count - READ_AT_ONCE); n < count; n++) {
            entries.add(new LogEntry(OutputStreamName.STDOUT, start.plus(period.multipliedBy(n)), line(n)));
        }
        return new Batch(Math.max(number, count), entries);
    }

    @Override
    public Mono<Batch> after(long number) {
        return Mono.defer(() -> {
            Duration wait = Duration.between(clock.instant(), start.plus(period.multipliedBy(number)));
            // A moment more than needed: the timer and the clock need not agree to the last microsecond.
            Duration enough = wait.isNegative() ? Duration.ZERO : wait.plusMillis(2);
            return Mono.firstWithValue(
                            Mono.delay(enough, scheduler).thenReturn(true),
                            ended.until(() -> end == null ? null : Boolean.TRUE))
                    .map(_ -> from(number));
        });
    }
}
