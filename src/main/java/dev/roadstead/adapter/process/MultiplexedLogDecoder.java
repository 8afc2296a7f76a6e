package dev.roadstead.adapter.process;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.MultiplexedStreamDecoder;
import dev.roadstead.transport.MultiplexedStreamDecoder.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A log without a terminal: the daemon puts each of its entries into one frame, with its own time if times are asked for. */
public final class MultiplexedLogDecoder implements LogDecoder {
    /** More than any frame of the daemon's own log drivers (16 KiB and a time); longer ones come in pieces. */
    private static final int LONGEST_ENTRY = 64 * 1024;

    private final Function<String, EngineException> error;
    private final boolean times;
    private final MultiplexedStreamDecoder frames;
    private final ByteArrayOutputStream entry = new ByteArrayOutputStream();
    private boolean inFrame;
    private @Nullable Instant time;

    /** @param error what a text of the daemon in the stream means */
    MultiplexedLogDecoder(String engine, Function<String, EngineException> error, boolean times) {
        this.error = error;
        this.times = times;
        this.frames = new MultiplexedStreamDecoder(engine);
    }

    @Override
    public List<LogEntry> feed(byte[] bytes) {
        List<LogEntry> entries = new ArrayList<>();
        for (Frame frame : frames.feed(bytes)) {
            entry.writeBytes(frame.data());
            if (frame.frameEnd() || entry.size() >= LONGEST_ENTRY) {
                emit(frame, entries);
            }
        }
        return entries;
    }

    @Override
    public List<LogEntry> finish() {
        frames.finish();
        return List.of();
    }

    private void emit(Frame frame, List<LogEntry> entries) {
        byte[] data = entry.toByteArray();
        entry.reset();
        if (frame.stream() == MultiplexedStreamDecoder.SYSTEM_ERROR) {
            throw error.apply(new String(data, StandardCharsets.UTF_8).strip());
        }
        if (times && !inFrame) {
            Stamp stamp = Stamp.at(data, 0, data.length);
            time = stamp == null ? null : stamp.time();
            data = stamp == null ? data : Arrays.copyOfRange(data, stamp.length(), data.length);
        }
        inFrame = !frame.frameEnd();
        OutputStreamName stream =
                frame.stream() == MultiplexedStreamDecoder.STDERR ? OutputStreamName.STDERR : OutputStreamName.STDOUT;
        entries.add(new LogEntry(stream, time, data));
    }
}
