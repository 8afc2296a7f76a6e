package dev.roadstead.fleet;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Follows a ring from a place that is fixed when this is made, as slowly as it is pulled. Has state: for one subscriber. */
final class EventReader {
    /** Copied out of the ring at once. */
    private static final int MOST = 64;

    private static final String FROM = "from";
    private static final String UNTIL = "until";

    private final EventRing ring;
    private final EventFilter filter;
    private final Clock clock;
    private final @Nullable Instant since;

    /** Up to here what is older than {@link #since} is passed over; what comes later is news, whatever its time. */
    private final long known;

    private final List<ToldEvent> first = new ArrayList<>(1);
    private long next;

    /**
     * Begins behind an event, or else with what is kept from a time on, or else with what comes.
     *
     * @param lastId of that event
     */
    EventReader(EventRing ring, EventFilter filter, Clock clock, @Nullable Instant since, @Nullable String lastId) {
        this.ring = ring;
        this.filter = filter;
        this.clock = clock;
        this.known = ring.last();
        if (lastId != null) {
            OptionalLong number = ring.number(lastId);
            this.since = null;
            this.next = number.isPresent() ? number.getAsLong() + 1 : ring.oldest();
            if (number.isEmpty()) {
                first.add(gap(
                        Map.of("last_event_id", lastId, UNTIL, clock.instant().toString())));
            }
        } else if (since != null) {
            this.since = since;
            this.next = ring.oldest();
            Instant complete = ring.completeSince();
            if (since.isBefore(complete)) {
                first.add(gap(Map.of(FROM, since.toString(), UNTIL, complete.toString())));
            }
        } else {
            this.since = null;
            this.next = known + 1;
        }
    }

    /** The events that pass, without an end. */
    Flux<ToldEvent> events() {
        return Flux.fromIterable(first)
                .concatWith(Mono.defer(this::read).repeat().concatMapIterable(batch -> batch, 1));
    }

    private Mono<List<ToldEvent>> read() {
        // What is added between the look and the wait must be noticed.
        Mono<Void> appended = ring.appended();
        EventRing.Batch batch = ring.read(next, MOST);
        if (batch.events().isEmpty()) {
            // Not on the engine's thread: that one has more to read.
            return appended.publishOn(Schedulers.parallel()).then(Mono.empty());
        }
        List<ToldEvent> told = new ArrayList<>();
        long missed = batch.first() - next;
        next = batch.first();
        if (missed > 0) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("missed", missed);
            facts.put(UNTIL, batch.events().getFirst().time().toString());
            told.add(gap(facts));
        }
        for (FleetEvent event : batch.events()) {
            boolean old = since != null && next <= known && event.time().isBefore(since);
            if (!old && filter.admits(event)) {
                told.add(new ToldEvent(ring.id(next), event));
            }
            next++;
        }
        return Mono.just(told);
    }

    /** Whoever comes back with its id goes on with the event behind it. */
    private ToldEvent gap(Map<String, Object> facts) {
        return new ToldEvent(ring.id(next - 1), FleetEvent.gap(clock.instant(), null, facts));
    }
}
