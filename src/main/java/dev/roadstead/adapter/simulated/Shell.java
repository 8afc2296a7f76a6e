package dev.roadstead.adapter.simulated;

import dev.roadstead.adapter.simulated.ProcessSetting.Output;
import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs scripts and commands without ever blocking: control flow here, single commands in {@link ShellCommands}. */
final class Shell {
    /** Between two rounds of a loop, so that an endless one leaves others their time. */
    private static final Duration BREATH = Duration.ofMillis(1);

    private static final int INTERRUPTED = 130;

    private final ProcessSetting setting;
    private final Mono<Void> gate;
    private volatile Interrupts interrupts;
    private final ShellCommands commands = new ShellCommands(this);
    private final Map<String, String> variables = new ConcurrentHashMap<>();
    private final Map<String, String> traps = new ConcurrentHashMap<>();
    private volatile String folder;
    private volatile int status;

    /**
     * A shell.
     *
     * @param gate passed before each command; holds while the process is paused
     * @param interrupts end the command that runs, not the shell
     */
    Shell(ProcessSetting setting, Mono<Void> gate, Interrupts interrupts) {
        this.setting = setting;
        this.gate = gate;
        this.interrupts = interrupts;
        this.folder = setting.workingDir();
        this.variables.putAll(setting.env());
    }

    ProcessSetting setting() {
        return setting;
    }

    String folder() {
        return folder;
    }

    void enter(String newFolder) {
        folder = newFolder;
    }

    void set(String variable, String value) {
        variables.put(variable, value);
    }

    Map<String, String> variables() {
        return variables;
    }

    void trap(String signal, String script) {
        traps.put(signal, script);
    }

    /** The script that a signal starts; empty if the signal is ignored, null if it has its usual effect. */
    @Nullable
    String trapOf(String signal) {
        return traps.get(signal);
    }

    /** Runs a program to its end; emits its exit code, also that of an {@code exit}. */
    Mono<Integer> program(List<String> words) {
        return commands.run(words, setting.output()).onErrorResume(ShellExit.class, exit -> Mono.just(exit.code()));
    }

    /** Runs a script in this shell; fails with {@link ShellExit} at an {@code exit}. */
    Mono<Integer> script(String script, Output output) {
        try {
            return run(ShellParser.parse(script), output);
        } catch (ShellParser.SyntaxError e) {
            return complain(output, e.getMessage()).thenReturn(2);
        }
    }

    /** A shell of its own with a copy of the variables, for {@code sh}. */
    Shell child(Output output) {
        Shell child = new Shell(
                new ProcessSetting(
                        setting.command(),
                        variables,
                        folder,
                        setting.hostname(),
                        setting.user(),
                        setting.files(),
                        setting.terminal(),
                        setting.input(),
                        output,
                        setting.scheduler()),
                gate,
                interrupts);
        return child;
    }

    /** Takes commands from its input, line by line, until that ends. */
    Mono<Integer> interactive(Output output) {
        boolean onTerminal = setting.terminal() != null;
        Interrupts outer = interrupts;
        if (onTerminal) {
            interrupts = outer.nested();
        }
        Mono<Void> prompt = Mono.defer(() -> onTerminal
                ? output.write(OutputStreamName.STDOUT, (folder + " # ").getBytes(StandardCharsets.UTF_8))
                : Mono.empty());
        Mono<Boolean> line = prompt.then(setting.input().line())
                .flatMap(typed -> typed.isBlank() ? Mono.just(0) : script(typed, output))
                .map(_ -> true)
                .defaultIfEmpty(false);
        Mono<Boolean> abandoned = Mono.defer(() -> {
            status = INTERRUPTED;
            return output.write(OutputStreamName.STDOUT, new byte[] {'\n'}).thenReturn(true);
        });
        return (onTerminal ? line.takeUntilOther(interrupts.next()).switchIfEmpty(abandoned) : line)
                .repeat()
                .takeUntil(more -> !more)
                .then(Mono.fromSupplier(() -> status))
                .doFinally(_ -> {
                    if (onTerminal) {
                        outer.unnest();
                        interrupts = outer;
                    }
                });
    }

    static Mono<Void> complain(Output output, @Nullable String message) {
        return output.write(OutputStreamName.STDERR, ("sh: " + message + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private Mono<Integer> run(ShellNode node, Output output) {
        return switch (node) {
            case ShellNode.Sequence sequence ->
                Flux.fromIterable(sequence.steps())
                        .concatMap(step -> run(step, output), 1)
                        .last(0);
            case ShellNode.Chain chain ->
                run(chain.left(), output)
                        .flatMap(code ->
                                (code == 0) == chain.onSuccess() ? run(chain.right(), output) : Mono.just(code));
            case ShellNode.Choice choice ->
                run(choice.condition(), output).flatMap(code -> {
                    ShellNode taken = code == 0 ? choice.then() : choice.otherwise();
                    return taken == null ? Mono.just(0) : run(taken, output);
                });
            case ShellNode.ForEach each ->
                Flux.defer(() -> Flux.fromIterable(ShellWords.expand(each.words(), this::variable)))
                        .concatMap(
                                word -> Mono.defer(() -> {
                                    variables.put(each.variable(), word);
                                    return run(each.body(), output);
                                }),
                                1)
                        .last(0);
            case ShellNode.Loop loop -> loop(loop, output);
            case ShellNode.Command command -> command(command, output);
        };
    }

    private Mono<Integer> loop(ShellNode.Loop loop, Output output) {
        if (isIdle(loop)) {
            // Only a signal ends it, so it needs no timer: thousands of idle containers cost nothing.
            return Mono.never();
        }
        return Mono.defer(() -> run(loop.condition(), output)
                        .flatMap(code -> (code == 0) != loop.negated()
                                ? run(loop.body(), output)
                                        .then(Mono.delay(BREATH, setting.scheduler()))
                                        .thenReturn(true)
                                : Mono.just(false)))
                .repeat()
                .takeUntil(goesOn -> !goesOn)
                .then(Mono.fromSupplier(() -> 0));
    }

    private static boolean isIdle(ShellNode.Loop loop) {
        return !loop.negated()
                && loop.condition() instanceof ShellNode.Command condition
                && (condition.words().equals(List.of(":")) || condition.words().equals(List.of("true")))
                && loop.body() instanceof ShellNode.Command body
                && !body.words().isEmpty()
                && body.words().getFirst().equals("sleep");
    }

    private Mono<Integer> command(ShellNode.Command command, Output output) {
        return gate.then(Mono.defer(() -> {
                    List<String> words = ShellWords.expand(command.words(), this::variable);
                    if (command.redirects().isEmpty()) {
                        return interrupts.over(commands.run(words, output));
                    }
                    Redirection redirection = new Redirection(command.redirects(), output);
                    return interrupts.over(commands.run(words, redirection)).doOnNext(_ -> redirection.finish());
                }))
                .doOnNext(code -> status = code);
    }

    private String variable(String name) {
        return switch (name) {
            case "?" -> String.valueOf(status);
            case "$" -> "1";
            case "#" -> "0";
            default -> variables.getOrDefault(name, "");
        };
    }

    /** Sends outputs to each other or into files, which are written when the command has ended. */
    private final class Redirection implements Output {
        private final Output usual;
        private final Target[] targets = {
            new Target(OutputStreamName.STDOUT, null, false, null),
            new Target(OutputStreamName.STDERR, null, false, null)
        };

        private record Target(
                OutputStreamName stream,
                @Nullable String file,
                boolean append,
                @Nullable ByteArrayOutputStream kept) {}

        Redirection(List<ShellNode.Redirect> redirects, Output usual) {
            this.usual = usual;
            for (ShellNode.Redirect redirect : redirects) {
                targets[redirect.from() - 1] = switch (redirect.to()) {
                    case "&1" -> targets[0];
                    case "&2" -> targets[1];
                    default ->
                        new Target(
                                OutputStreamName.STDOUT,
                                Paths.resolve(folder, ShellWords.expand(redirect.to(), Shell.this::variable)),
                                redirect.append(),
                                new ByteArrayOutputStream());
                };
            }
        }

        @Override
        public Mono<Void> write(OutputStreamName stream, byte[] data) {
            Target target = targets[stream == OutputStreamName.STDOUT ? 0 : 1];
            if (target.kept == null) {
                return usual.write(target.stream, data);
            }
            if (!"/dev/null".equals(target.file)) {
                target.kept.writeBytes(data);
            }
            return Mono.empty();
        }

        void finish() {
            for (Target target : targets) {
                if (target.file == null || target.kept == null || target.file.equals("/dev/null")) {
                    continue;
                }
                FileNode before = setting.files().follow(target.file);
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                if (target.append && before != null) {
                    content.writeBytes(before.data());
                }
                content.writeBytes(target.kept.toByteArray());
                setting.files().put(target.file, FileNode.file(content.toByteArray(), 0644, Instant.now()));
            }
        }
    }
}
