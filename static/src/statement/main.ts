// The page `/statement`.
import '../base/base.css';
import '../base/kit.css';
import '../hub/hub.css';
import './statement.css';
import './engage-statement';
import '../hub/engage-games';
import { openPage } from '../hub/start';

openPage();
