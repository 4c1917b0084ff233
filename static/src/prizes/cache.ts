/** Where the page of the prizes is kept; whoever signs out takes it along. */
export const CACHE = 'engage-prizes';
