package dev.roadstead.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The last so many events, numbered from 1; all who follow read the same ones, each at its own pace. */
final class EventRing {
    private static final Pattern NUMBER = Pattern.compile("(.+)-([0-9]{1,18})");

    /**
     * Some events in a row.
     *
     * @param first number of the first one
     */
    record Batch(long first, List<FleetEvent> events) {}

    private final String incarnation;
    private final FleetEvent[] events;
    private long next = 1;
    private final Instant begun;
    private Instant completeSince;
    private Sinks.Empty<Void> more = Sinks.empty();

    /**
     * An empty one.
     *
     * @param incarnation no other one has it, on no replica and at no time
     * @param begun from then on nothing is missing
     */
    EventRing(String incarnation, int capacity, Instant begun) {
        this.incarnation = incarnation;
        this.events = new FleetEvent[capacity];
        this.begun = begun;
        this.completeSince = begun;
    }

    /** Adds an event; the oldest one makes room. */
    void append(FleetEvent event) {
        Sinks.Empty<Void> waiting;
        synchronized (this) {
            if (next > events.length) {
                Instant forgotten = events[slot(next)].time();
                completeSince = forgotten.isAfter(completeSince) ? forgotten : completeSince;
            }
            events[slot(next)] = event;
            next++;
            waiting = more;
            more = Sinks.empty();
        }
        waiting.tryEmitEmpty();
    }

    /** From then on nothing is missing, unless it was forgotten or a gap tells so. */
    Instant begun() {
        return begun;
    }

    /** Completes when one is added after this call. */
    synchronized Mono<Void> appended() {
        return more.asMono();
    }

    /** The number of the newest event; 0 if there was none. */
    synchronized long last() {
        return next - 1;
    }

    /** The number of the oldest event kept; that of the next one if none is. */
    synchronized long oldest() {
        return Math.max(1, next - events.length);
    }

    /** Nothing that happened after this is missing, unless a gap tells so. */
    synchronized Instant completeSince() {
        return completeSince;
    }

    /** At most so many events from a number on, or from the oldest on if that is later. */
    synchronized Batch read(long number, int most) {
        long first = Math.max(number, oldest());
        long end = Math.min(next, first + most);
        List<FleetEvent> batch = new ArrayList<>();
        for (long i = first; i < end; i++) {
            batch.add(events[slot(i)]);
        }
        return new Batch(first, batch);
    }

    /** What an event of this number is called. */
    String id(long number) {
        return incarnation + '-' + number;
    }

    /** The number of the event of this id; empty if it is another gateway's, or what came behind it is forgotten. */
    OptionalLong number(String id) {
        Matcher form = NUMBER.matcher(id);
        if (!form.matches() || !form.group(1).equals(incarnation)) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(form.group(2));
        synchronized (this) {
            return number < next && number >= oldest() - 1 ? OptionalLong.of(number) : OptionalLong.empty();
        }
    }

    private int slot(long number) {
        return (int) (number % events.length);
    }
}
