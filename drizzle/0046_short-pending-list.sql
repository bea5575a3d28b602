-- In place of an index that is made anew: what is stored stays as it is.
ALTER INDEX "posts_search" SET (gin_pending_list_limit = 512);
