package dev.roadstead.adapter.simulated;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed piece of a shell script. Words are kept as written, quotes included. */
sealed interface ShellNode {
    record Sequence(List<ShellNode> steps) implements ShellNode {}

    /** {@code left && right} or {@code left || right}. */
    record Chain(ShellNode left, boolean onSuccess, ShellNode right) implements ShellNode {}

    /** {@code while} or, negated, {@code until}. */
    record Loop(ShellNode condition, boolean negated, ShellNode body) implements ShellNode {}

    record ForEach(String variable, List<String> words, ShellNode body) implements ShellNode {}

    record Choice(
            ShellNode condition, ShellNode then, @Nullable ShellNode otherwise) implements ShellNode {}

    record Command(List<String> words, List<Redirect> redirects) implements ShellNode {}

    /**
     * Sends an output elsewhere.
     *
     * @param from 1 or 2
     * @param to a word naming a file, or {@code &1} or {@code &2}
     */
    record Redirect(int from, boolean append, String to) {}
}
