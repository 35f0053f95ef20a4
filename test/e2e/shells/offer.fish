# Says for each line of standard input what the script in $argv[1] offers at its end.
source $argv[1]
while read -l line
    set -l offered (complete -C $line | string replace -r '\t.*' '')
    echo "$line=>" $offered
end
