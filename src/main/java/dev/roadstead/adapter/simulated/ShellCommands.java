package dev.roadstead.adapter.simulated;

import dev.roadstead.adapter.simulated.ProcessSetting.Output;
import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The programs of a simulated container: what busybox has, as far as it is needed here. Unknown ones end with 127. */
final class ShellCommands {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);
    private static final Pattern BIN = Pattern.compile("(/usr)?(/local)?/s?bin/");
    private static final int NOT_FOUND = 127;
    private static final Set<String> PROGRAMS = Set.of(
            "true",
            "false",
            "echo",
            "printf",
            "sleep",
            "cat",
            "sh",
            "bash",
            "ash",
            "pwd",
            "env",
            "hostname",
            "whoami",
            "date",
            "stty",
            "ls",
            "touch",
            "mkdir",
            "rm",
            "test",
            "[",
            "tick",
            "head",
            "yes",
            "wc",
            "sha256sum");

    private final Shell shell;
    private final ByteCommands bytes;

    ShellCommands(Shell shell) {
        this.shell = shell;
        this.bytes = new ByteCommands(shell);
    }

    /** Whether a process can be made of a program of this name or path. */
    static boolean offers(String program) {
        return PROGRAMS.contains(BIN.matcher(program).lookingAt() ? Paths.name(program) : program);
    }

    /** Runs one command to its end. */
    Mono<Integer> run(List<String> words, Output output) {
        if (words.isEmpty()) {
            return Mono.just(0);
        }
        String first = words.getFirst();
        if (ASSIGNMENT.matcher(first).matches()) {
            int equals = first.indexOf('=');
            shell.set(first.substring(0, equals), first.substring(equals + 1));
            return run(words.subList(1, words.size()), output);
        }
        List<String> arguments = words.subList(1, words.size());
        String program = BIN.matcher(first).lookingAt() ? Paths.name(first) : first;
        return switch (program) {
            case ":", "true" -> Mono.just(0);
            case "false" -> Mono.just(1);
            case "exit" -> Mono.error(new ShellExit(arguments.isEmpty() ? 0 : number(arguments.getFirst()) & 0xff));
            case "echo" -> echo(arguments, output);
            case "printf" -> arguments.isEmpty() ? Mono.just(2) : write(output, format(arguments));
            case "sleep" -> sleep(arguments, output);
            case "cat" -> arguments.isEmpty() ? bytes.copy(output) : cat(arguments, output);
            case "read" -> read(arguments);
            case "trap" -> trap(arguments);
            case "sh", "bash", "ash" -> sh(arguments, output);
            case "exec" -> run(arguments, output).flatMap(code -> Mono.error(new ShellExit(code)));
            case "pwd" -> text(output, shell.folder() + "\n");
            case "cd" -> cd(arguments, output);
            case "env" -> text(output, lines(shell.variables()));
            case "hostname" -> text(output, shell.setting().hostname() + "\n");
            case "whoami" -> text(output, shell.setting().user() + "\n");
            case "date" -> text(output, Instant.now() + "\n");
            case "stty" -> stty(output);
            case "ls" -> ls(arguments, output);
            case "touch", "mkdir" -> make(program, arguments);
            case "rm" -> remove(arguments);
            case "test", "[" -> Mono.just(test(arguments) ? 0 : 1);
            case "tick" -> tick(arguments, output);
            case "head" -> bytes.head(arguments, output);
            case "yes" -> bytes.yes(arguments, output);
            case "wc" -> bytes.count(output);
            case "sha256sum" -> bytes.checksum(output);
            default -> Shell.complain(output, first + ": not found").thenReturn(NOT_FOUND);
        };
    }

    private static Mono<Integer> echo(List<String> arguments, Output output) {
        boolean bare = !arguments.isEmpty() && arguments.getFirst().equals("-n");
        String line = String.join(" ", bare ? arguments.subList(1, arguments.size()) : arguments);
        return text(output, bare ? line : line + "\n");
    }

    private Mono<Integer> sleep(List<String> arguments, Output output) {
        if (arguments.isEmpty()) {
            return Shell.complain(output, "sleep: missing operand").thenReturn(1);
        }
        if (arguments.getFirst().equals("infinity")) {
            return Mono.never();
        }
        try {
            long millis = (long) (Double.parseDouble(arguments.getFirst()) * 1000);
            return Mono.delay(Duration.ofMillis(millis), shell.setting().scheduler())
                    .thenReturn(0);
        } catch (NumberFormatException e) {
            return Shell.complain(output, "sleep: invalid number '%s'".formatted(arguments.getFirst()))
                    .thenReturn(1);
        }
    }

    private Mono<Integer> cat(List<String> arguments, Output output) {
        return Flux.fromIterable(arguments)
                .concatMap(name -> {
                    FileNode file = shell.setting().files().follow(Paths.resolve(shell.folder(), name));
                    return file == null || file.isFolder()
                            ? Shell.complain(output, "cat: can't open '%s'".formatted(name))
                                    .thenReturn(1)
                            : write(output, file.data());
                })
                .reduce(0, Math::max);
    }

    private Mono<Integer> read(List<String> arguments) {
        return shell.setting()
                .input()
                .line()
                .map(line -> {
                    if (!arguments.isEmpty()) {
                        shell.set(arguments.getLast(), line);
                    }
                    return 0;
                })
                .defaultIfEmpty(1);
    }

    private Mono<Integer> trap(List<String> arguments) {
        arguments.stream()
                .skip(1)
                .map(signal -> signal.startsWith("SIG") ? signal.substring(3) : signal)
                .forEach(signal -> shell.trap(signal, arguments.getFirst()));
        return Mono.just(0);
    }

    private Mono<Integer> sh(List<String> arguments, Output output) {
        // The outermost shell is the process itself, so that its traps get the process's signals.
        boolean outermost = shell.setting().command().size() == arguments.size() + 1
                && shell.setting().command().subList(1, arguments.size() + 1).equals(arguments);
        Shell inner = outermost ? shell : shell.child(output);
        Mono<Integer> run = switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
            case "-c", "-ec", "-lc" ->
                arguments.size() < 2
                        ? Shell.complain(output, "-c needs a script").thenReturn(2)
                        : inner.script(arguments.get(1), output);
            default -> inner.interactive(output);
        };
        return run.onErrorResume(ShellExit.class, exit -> Mono.just(exit.code()));
    }

    private Mono<Integer> cd(List<String> arguments, Output output) {
        String path = Paths.resolve(shell.folder(), arguments.isEmpty() ? "/" : arguments.getFirst());
        FileNode node = shell.setting().files().follow(path);
        if (node == null || !node.isFolder()) {
            return Shell.complain(output, "cd: can't cd to " + path).thenReturn(2);
        }
        shell.enter(path);
        return Mono.just(0);
    }

    private Mono<Integer> stty(Output output) {
        var terminal = shell.setting().terminal();
        return terminal == null
                ? Shell.complain(output, "stty: standard input: Not a tty").thenReturn(1)
                : text(output, terminal.get() + "\n");
    }

    private Mono<Integer> ls(List<String> arguments, Output output) {
        String path = Paths.resolve(shell.folder(), arguments.isEmpty() ? "." : arguments.getLast());
        FileNode node = shell.setting().files().follow(path);
        if (node == null) {
            return Shell.complain(output, "ls: %s: No such file or directory".formatted(path))
                    .thenReturn(1);
        }
        StringBuilder names = new StringBuilder();
        shell.setting().files().under(path).keySet().stream()
                .filter(found -> !found.equals(path) && Paths.parent(found).equals(path))
                .forEach(found -> names.append(Paths.name(found)).append('\n'));
        return text(output, node.isFolder() ? names.toString() : path + "\n");
    }

    private Mono<Integer> make(String program, List<String> names) {
        for (String name : names) {
            String path = Paths.resolve(shell.folder(), name);
            ContainerFiles files = shell.setting().files();
            if (!name.startsWith("-") && files.get(path) == null) {
                files.put(
                        path,
                        program.equals("mkdir")
                                ? FileNode.folder(0755, Instant.now())
                                : FileNode.file(new byte[0], 0644, Instant.now()));
            }
        }
        return Mono.just(0);
    }

    private Mono<Integer> remove(List<String> names) {
        names.stream()
                .filter(name -> !name.startsWith("-"))
                .forEach(name -> shell.setting().files().remove(Paths.resolve(shell.folder(), name)));
        return Mono.just(0);
    }

    private boolean test(List<String> words) {
        List<String> arguments =
                !words.isEmpty() && words.getLast().equals("]") ? words.subList(0, words.size() - 1) : words;
        if (arguments.size() == 3) {
            boolean same = arguments.get(0).equals(arguments.get(2));
            return arguments.get(1).equals("!=") ? !same : same;
        }
        if (arguments.size() < 2) {
            return !arguments.isEmpty() && !arguments.getFirst().isEmpty();
        }
        String operand = arguments.get(1);
        FileNode node = shell.setting().files().follow(Paths.resolve(shell.folder(), operand));
        return switch (arguments.getFirst()) {
            case "-n" -> !operand.isEmpty();
            case "-z" -> operand.isEmpty();
            case "-d" -> node != null && node.isFolder();
            case "-f", "-x", "-r", "-s" -> node != null && !node.isFolder();
            default -> node != null;
        };
    }

    private Mono<Integer> tick(List<String> arguments, Output output) {
        Duration period = TickingLog.period(arguments);
        return Flux.interval(period, shell.setting().scheduler())
                .onBackpressureDrop()
                .concatMap(n -> output.write(OutputStreamName.STDOUT, TickingLog.line(n)), 1)
                .then(Mono.just(0));
    }

    private static byte[] format(List<String> arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String format = arguments.getFirst();
        int next = 1;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            char after = i + 1 < format.length() ? format.charAt(i + 1) : 0;
            if (c == '%' && (after == 's' || after == 'd')) {
                if (next < arguments.size()) {
                    bytes.writeBytes(arguments.get(next++).getBytes(StandardCharsets.UTF_8));
                }
                i++;
            } else if (c == '\\' && after >= '0' && after <= '7') {
                int end = i + 1;
                while (end < format.length() && end < i + 4 && "01234567".indexOf(format.charAt(end)) >= 0) {
                    end++;
                }
                bytes.write(Integer.parseInt(format.substring(i + 1, end), 8));
                i = end - 1;
            } else if (c == '\\') {
                bytes.write(after == 'n' ? '\n' : after == 't' ? '\t' : after == 'r' ? '\r' : after);
                i++;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 2;
        }
    }

    private static String lines(Map<String, String> variables) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(variables)
                .forEach((key, value) ->
                        lines.append(key).append('=').append(value).append('\n'));
        return lines.toString();
    }

    private static Mono<Integer> text(Output output, String text) {
        return write(output, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Mono<Integer> write(Output output, byte[] data) {
        return output.write(OutputStreamName.STDOUT, data).thenReturn(0);
    }
}
