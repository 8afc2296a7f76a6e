package dev.roadstead.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks one address again and again with a thread for each connection: cheaper than {@link Load}, for what is as fast as a proxy. */
final class RawLoad implements RoundTable.Client {
    private static final int MOST = 4_000_000;

    private final List<RawConnection> connections = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** So many connections of its own. */
    RawLoad(Target target, int count) {
        try {
            for (int i = 0; i < count; i++) {
                connections.add(new RawConnection(target));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public Load.Round run(Duration duration) {
        long begun = System.nanoTime();
        List<Future<long[]>> running = connections.stream()
                .map(connection -> threads.submit(() -> asked(connection, begun + duration.toNanos())))
                .toList();
        List<Long> nanos = new ArrayList<>();
        try {
            for (Future<long[]> one : running) {
                Arrays.stream(one.get()).forEach(nanos::add);
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Load.Round(nanos.stream().sorted().toList(), nanos.size() / seconds);
    }

    private static long[] asked(RawConnection connection, long end) throws IOException {
        ByteBuffer request =
                ByteBuffer.allocateDirect(1024).put(connection.head("GET", "")).flip();
        long[] nanos = new long[1024];
        int count = 0;
        for (long now = System.nanoTime(); now < end && count < MOST; ) {
            connection.send(request.rewind());
            connection.answer();
            long after = System.nanoTime();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = after - now;
            now = after;
        }
        return Arrays.copyOf(nanos, count);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        for (RawConnection connection : connections) {
            try {
                connection.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
