package dev.roadstead.security;

/**
 * Who may call.
 *
 * @param passwordHash as the password encoder made it; the password itself is kept nowhere
 */
public record Account(String user, String passwordHash) {
    @Override
    public String toString() {
        return "Account[%s]".formatted(user);
    }
}
