export const SharedSecrets = () => null;
