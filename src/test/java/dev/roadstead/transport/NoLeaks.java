package dev.roadstead.transport;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails a test class in whose time Netty found a buffer that was forgotten. */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private final Reports reports = new Reports();

    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = end();
        if (!leaks.isEmpty()) {
            throw new AssertionError("leaked buffers:\n" + String.join("\n", leaks));
        }
    }

    void begin() {
        // What somebody else lost before does not count.
        provoke();
        reports.start();
        logger().addAppender(reports);
        // Only here: what still stands in the build's output is a leak that nobody looked for.
        logger().setAdditive(false);
    }

    List<String> end() {
        provoke();
        logger().detachAppender(reports);
        logger().setAdditive(true);
        reports.stop();
        return List.copyOf(reports.seen);
    }

    /** A leak is found when the buffer has been collected, and reported when the next one is made. */
    private static void provoke() {
        // Twice: what a first round handed over for clearing may have kept something else alive.
        for (int round = 0; round < 2; round++) {
            collect();
            for (int i = 0; i < 3; i++) {
                ByteBufAllocator.DEFAULT.directBuffer(16).release();
                ByteBufAllocator.DEFAULT.heapBuffer(16).release();
            }
        }
    }

    /** Returns when references that died before are in their queues, where the detector looks for them. */
    private static void collect() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> witness = new WeakReference<>(new Object(), queue);
        Awaitility.await("garbage collection").atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return queue.poll() != null && witness.refersTo(null);
        });
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    }

    private static final class Reports extends AppenderBase<ILoggingEvent> {
        private final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().startsWith("LEAK")) {
                seen.add(event.getFormattedMessage());
            }
        }
    }
}
