package dev.roadstead.adapter.lxd;

import dev.roadstead.container.Signal;
import java.util.List;

/** Linux numbers of signals (signal(7)). Pure. */
final class LxdSignals {
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");
    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    private LxdSignals() {}

    static int number(Signal signal) {
        String name = signal.value();
        if (Character.isDigit(name.charAt(0))) {
            return Integer.parseInt(name);
        }
        if (name.startsWith("RTMIN")) {
            return RTMIN + (name.length() > 5 ? Integer.parseInt(name.substring(6)) : 0);
        }
        if (name.startsWith("RTMAX")) {
            return RTMAX - (name.length() > 5 ? Integer.parseInt(name.substring(6)) : 0);
        }
        return switch (name) {
            case "IOT" -> NAMES.indexOf("ABRT") + 1;
            case "CLD" -> NAMES.indexOf("CHLD") + 1;
            case "POLL" -> NAMES.indexOf("IO") + 1;
            default -> NAMES.indexOf(name) + 1;
        };
    }
}
