// How the window of an identity provider and the page that opened it find each other.

/** A state is `<channel>.<secret>`: whoever knows it finds the page, and the page believes only the whole of it. */
export const channelOf = (state) => 'hushbus-sign-in-' + state.split('.')[0];
