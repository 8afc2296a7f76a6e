package dev.roadstead.adapter.docker;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.transport.MultiplexedStreamDecoder;
import dev.roadstead.transport.MultiplexedStreamDecoder.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log without a terminal: the daemon puts each of its entries into one frame, with its own time if times are asked for. */
final class MultiplexedLogDecoder implements LogDecoder {
    /** More than any frame of the daemon's own log drivers (16 KiB and a time); longer ones come in pieces. */
    private static final int LONGEST_ENTRY = 64 * 1024;

    private final DockerErrors errors;
    private final boolean times;
    private final MultiplexedStreamDecoder frames;
    private final ByteArrayOutputStream entry = new ByteArrayOutputStream();
    private boolean inFrame;
    private @Nullable Instant time;

    MultiplexedLogDecoder(DockerErrors errors, boolean times) {
        this.errors = errors;
        this.times = times;
        this.frames = new MultiplexedStreamDecoder(errors.engine());
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
            throw errors.of(DockerCall.LOGS, "its log", 500, new String(data, StandardCharsets.UTF_8).strip());
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
