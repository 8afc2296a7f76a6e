package dev.roadstead.adapter.simulated;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The log of a process: its lines, each with its time. */
final class KeptLog implements SimulatedLog {
    private static final int LONGEST_LINE = 16 << 10;

    private final InstantSource clock;
    private final BooleanSupplier alive;
    private final Bell changed;
    private final List<LogEntry> entries = new ArrayList<>();
    private final Map<OutputStreamName, ByteArrayOutputStream> unfinished = new EnumMap<>(OutputStreamName.class);
    private long first;
    private Instant last = Instant.MIN;

    /**
     * An empty log.
     *
     * @param alive whether more may come
     */
    KeptLog(InstantSource clock, Scheduler scheduler, BooleanSupplier alive) {
        this.clock = clock;
        this.alive = alive;
        this.changed = new Bell(scheduler);
    }

    /** Adds what a process wrote: whole lines become entries. */
    void append(OutputStreamName stream, byte[] data) {
        synchronized (this) {
            ByteArrayOutputStream line = unfinished.computeIfAbsent(stream, _ -> new ByteArrayOutputStream());
            for (byte b : data) {
                line.write(b);
                if (b == '\n' || line.size() >= LONGEST_LINE) {
                    add(stream, line);
                }
            }
        }
        changed.ring();
    }

    /** What stands without a line end becomes an entry, and those who follow look again. */
    void flush() {
        synchronized (this) {
            unfinished.forEach((stream, line) -> {
                if (line.size() > 0) {
                    add(stream, line);
                }
            });
        }
        changed.ring();
    }

    @Override
    public synchronized Batch from(long number) {
        int start = (int) Math.min(entries.size(), Math.max(0, number - first));
        return new Batch(first + entries.size(), List.copyOf(entries.subList(start, entries.size())));
    }

    @Override
    public Mono<Batch> after(long number) {
        return changed.until(() -> {
            boolean more = alive.getAsBoolean();
            Batch batch = from(number);
            return batch.entries().isEmpty() && more ? null : batch;
        });
    }

    private void add(OutputStreamName stream, ByteArrayOutputStream line) {
        Instant now = clock.instant();
        // No two entries have the same time, so that since and until can cut anywhere.
        last = now.isAfter(last) ? now : last.plusNanos(1);
        entries.add(new LogEntry(stream, last, line.toByteArray()));
        line.reset();
        if (entries.size() > CAPACITY) {
            entries.subList(0, CAPACITY / 10).clear();
            first += CAPACITY / 10;
        }
    }
}
