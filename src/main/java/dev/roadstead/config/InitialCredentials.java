package dev.roadstead.config;

import dev.roadstead.config.RoadsteadProperties.SecurityProperties;
import java.security.SecureRandom;

/**
 * The user and password to begin with.
 *
 * @param generated true: nobody chose the password, so it has to be told once
 */
record InitialCredentials(String user, String password, boolean generated) {
    private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private static final int LENGTH = 24;

    static InitialCredentials of(SecurityProperties security, SecureRandom random) {
        String chosen = security.password();
        if (chosen != null && security.hasPassword()) {
            return new InitialCredentials(security.userOrDefault(), chosen, false);
        }
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return new InitialCredentials(security.userOrDefault(), password.toString(), true);
    }

    @Override
    public String toString() {
        return "InitialCredentials[%s]".formatted(user);
    }
}
