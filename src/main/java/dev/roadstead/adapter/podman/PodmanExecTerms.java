package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.Agreement;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.process.ExecTerms;
import java.util.Map;

/** Podman's way with processes: a size belongs to the start (libpod API, ExecStartLibpod). */
final class PodmanExecTerms implements ExecTerms {
    @Override
    public boolean takesSize(Agreement agreement) {
        return true;
    }

    @Override
    public Map<String, Object> creation(Size size) {
        return Map.of();
    }

    @Override
    public Map<String, Object> start(Size size) {
        return Map.of("h", size.rows(), "w", size.columns());
    }

    /** Until it has ended its exit code is zero, and it cannot be removed. */
    @Override
    public DaemonWire.ExecState sense(DaemonWire.ExecState told) {
        boolean ended = !Boolean.TRUE.equals(told.running()) && Boolean.TRUE.equals(told.canRemove());
        return new DaemonWire.ExecState(told.running(), ended ? told.exitCode() : null, told.pid(), told.canRemove());
    }
}
