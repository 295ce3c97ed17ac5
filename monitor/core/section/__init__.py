"""Sections: the items that a listing, a sitemap or a feed has, whichever it is. Pure."""
