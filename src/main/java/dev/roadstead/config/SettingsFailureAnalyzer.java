package dev.roadstead.config;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two lines which setting stopped the start, instead of a stack trace. */
public final class SettingsFailureAnalyzer extends AbstractFailureAnalyzer<SettingsException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SettingsException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()), "Correct %s and start again.".formatted(cause.setting()), cause);
    }
}
