package dev.roadstead.adapter.process;

import dev.roadstead.container.Signal;
import java.util.List;

/** Signals by their numbers on x86 and ARM (signal(7)), since not every shell knows every name. */
final class SignalNumber {
    /** From 1 on. */
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private static final List<String> KEYS = List.of("INT", "QUIT", "TSTP");
    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    private SignalNumber() {}

    static int of(Signal signal) {
        String name = signal.value();
        if (Character.isDigit(name.charAt(0))) {
            return Integer.parseInt(name);
        }
        if (name.startsWith("RTMIN")) {
            return RTMIN + offset(name);
        }
        if (name.startsWith("RTMAX")) {
            return RTMAX + offset(name);
        }
        return switch (name) {
            case "IOT" -> NAMES.indexOf("ABRT") + 1;
            case "CLD" -> NAMES.indexOf("CHLD") + 1;
            case "POLL" -> NAMES.indexOf("IO") + 1;
            default -> NAMES.indexOf(name) + 1;
        };
    }

    /** Whether a terminal sends it for a key. */
    static boolean isKey(Signal signal) {
        return KEYS.stream().anyMatch(key -> of(new Signal(key)) == of(signal));
    }

    private static int offset(String name) {
        return name.length() == "RTMIN".length() ? 0 : Integer.parseInt(name.substring("RTMIN".length()));
    }
}
