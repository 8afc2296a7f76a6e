package dev.roadstead.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The audit log: a file of JSON lines, written by a thread of its own. Entries wait for it in bounded memory: while the disk is full or
 * slow nobody waits but they, and those for which there is no place any more are counted, and their number is logged.
 *
 * <p>Loggers' appenders either block whoever logs or drop silently, and swallow what the disk says; hence none of them.
 */
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int BATCH = 256;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Queue<AuditEntry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger lostNow = new AtomicInteger();
    private final AtomicBoolean idle = new AtomicBoolean();
    private final JsonMapper json = JsonMapper.shared();
    private final LineFile file;
    private final int most;
    private final Counter written;
    private final Counter lost;
    private final Thread owner;
    private volatile @Nullable Instant deadline;

    /**
     * Opens the file, and makes it and its folder if need be.
     *
     * @param most entries that wait to be written
     * @throws IOException if it cannot be written
     */
    public AuditLog(Path file, int most, MeterRegistry meters) throws IOException {
        this.file = new LineFile(file);
        this.most = most;
        this.written = Counter.builder("roadstead.audit.written")
                .description("Lines of the audit log that were written")
                .register(meters);
        this.lost = Counter.builder("roadstead.audit.lost")
                .description("Entries of the audit log that were lost: the file could not be written in time")
                .register(meters);
        Gauge.builder("roadstead.audit.waiting", waiting, AtomicInteger::get)
                .description("Entries of the audit log that wait to be written")
                .register(meters);
        this.file.open();
        this.owner = Thread.ofPlatform().name("audit").daemon().start(this::run);
    }

    /** Has an entry written, soon. Never waits: what finds no place is lost, counted and logged. */
    public void record(AuditEntry entry) {
        if (deadline != null) {
            lost(1);
        } else if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            lost(1);
        } else {
            queue.add(entry);
            if (idle.compareAndSet(true, false)) {
                LockSupport.unpark(owner);
            }
        }
    }

    private void lost(int count) {
        lost.increment(count);
        if (lostNow.getAndAdd(count) == 0) {
            LOG.error("entries of the audit log {} are lost", file.path());
        }
    }

    private void run() {
        while (true) {
            Batch batch = next();
            if (batch.count() > 0) {
                write(batch);
                waiting.addAndGet(-batch.count());
            } else if (deadline != null) {
                return;
            } else {
                idle.set(true);
                if (queue.isEmpty() && deadline == null) {
                    LockSupport.park(this);
                }
                idle.set(false);
            }
        }
    }

    private record Batch(LineFile.Pending lines, int count) {}

    private Batch next() {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        int count = 0;
        while (count < BATCH) {
            AuditEntry entry = queue.poll();
            if (entry == null) {
                break;
            }
            count++;
            try {
                lines.writeBytes(json.writeValueAsBytes(entry));
                lines.write('\n');
            } catch (JacksonException unwritable) {
                // Half a surrogate pair, of which there is no UTF-8.
                LOG.error("no line can be made of an entry of the audit log: {}", unwritable.getOriginalMessage());
                lost(1);
            }
        }
        return new Batch(new LineFile.Pending(lines.toByteArray()), count);
    }

    /** Until it is written, or the gateway has stopped. The entries have their places as long. */
    private void write(Batch batch) {
        boolean failed = false;
        while (true) {
            try {
                file.write(batch.lines());
                break;
            } catch (IOException refused) {
                if (!failed) {
                    LOG.error(
                            "the audit log {} cannot be written, up to {} entries wait: {}",
                            file.path(),
                            most,
                            refused.toString());
                    failed = true;
                }
                if (isOver()) {
                    lost(batch.count());
                    return;
                }
                LockSupport.parkNanos(this, PAUSE.toNanos());
            }
        }
        written.increment(batch.count());
        int missed = lostNow.getAndSet(0);
        if (failed || missed > 0) {
            LOG.warn("the audit log {} is written again, {} entries were lost", file.path(), missed);
        }
    }

    private boolean isOver() {
        Instant end = deadline;
        return end != null && Instant.now().isAfter(end);
    }

    /** Writes what waits, as far as that goes within 5 seconds. Entries that come later are lost. */
    @Override
    public void close() {
        deadline = Instant.now().plus(CLOSING);
        LockSupport.unpark(owner);
        try {
            owner.join(CLOSING.plus(PAUSE.multipliedBy(2)));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        int left = waiting.get();
        lost.increment(left);
        int missed = lostNow.get() + left;
        if (missed > 0) {
            LOG.error("the gateway stops, and {} entries of the audit log {} were lost", missed, file.path());
        }
        file.close();
    }
}
