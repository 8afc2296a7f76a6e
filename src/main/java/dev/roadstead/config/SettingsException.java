package dev.roadstead.config;

import org.jspecify.annotations.Nullable;

/** A setting that stops the start. Its message names the setting and never tells a secret. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String setting;

    /**
     * Names the setting.
     *
     * @param setting the key, or the file
     * @param problem what is wrong with it, and what was expected
     */
    public SettingsException(String setting, String problem, @Nullable Throwable cause) {
        super("%s: %s".formatted(setting, problem), cause);
        this.setting = setting;
    }

    /** The key, or the file. */
    public String setting() {
        return setting;
    }
}
