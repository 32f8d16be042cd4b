"""The rules across this dataset's tables, by what they are about; each module has those of one matter."""
